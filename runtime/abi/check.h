// What `check.expect_close` and `check.expect_finite` ask for, and how many of them failed.

#ifndef ORRERY_ABI_CHECK_H
#define ORRERY_ABI_CHECK_H

#ifdef __cplusplus
extern "C" {
#endif

/* Compares two arrays and reports the worst element on the standard error when they are not close.
   `what` holds a line each: rtol, atol, element type, place in the source, then a line "name size"
   for every dim, in storage order. */
void orrery_expect_close(const char *what, const void *actual, const void *expected);

/* Reports the first NaN or infinity. `what` holds a line each: element type, place in the source,
   the operations that made the array, "forward" or "backward", then the dims as above. */
void orrery_expect_finite(const char *what, const void *values);

/* Whoever is to hear of numbers that are not finite, instead of a line on the standard error:
   place, and a message. It need not return. */
void orrery_on_not_finite(void (*listener)(const char *place, const char *message));

/* Failures since the program started. */
long orrery_failed_expectations(void);

#ifdef __cplusplus
}
#endif

#endif /* ORRERY_ABI_CHECK_H */
