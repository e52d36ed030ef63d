// `orrery run`, and what passes between it and the program that it watches.

#ifndef ORRERY_ABI_LAUNCH_H
#define ORRERY_ABI_LAUNCH_H

/* The environment variable that names the folder through which a supervisor and the ranks of a
   program speak; it must be one that all of them see. In it
     rank-K    a line that rank K rewrites: moves step pid host doing. `moves` grows with all that
               the rank gets done
     run       the folder of the run, once there is one
     failure-* exit code and message of a rank that gave up
     verdict   exit code of the program, from rank 0: what the run came to, whatever the launcher
   says stop      the supervisor's: an exit code (130, 75); the ranks end as they do by the
   signal */
#define ORRERY_STATUS_VARIABLE "ORRERY_STATUS"
/* Seconds without a move after which a rank ends itself. */
#define ORRERY_WATCHDOG_VARIABLE "ORRERY_WATCHDOG"
/* Seconds that earlier starts of the program took, which a time limit counts too. */
#define ORRERY_USED_VARIABLE "ORRERY_USED"

#ifdef __cplusplus
extern "C" {
#endif

/* Runs `orrery run` with the words after it; the exit code. */
int orrery_launch(int count, const char *const *words);

#ifdef __cplusplus
}
#endif

#endif /* ORRERY_ABI_LAUNCH_H */
