// Comparisons that `check.expect_close` asks for, and how many failed.

#ifndef ORRERY_ABI_CHECK_H
#define ORRERY_ABI_CHECK_H

#ifdef __cplusplus
extern "C" {
#endif

/* Compares two arrays and reports the worst element on the standard error when they are not close.
   `what` holds a line each: rtol, atol, element type, place in the source, then a line "name size"
   for every dim, in storage order. */
void orrery_expect_close(const char *what, const void *actual, const void *expected);

/* Failures since the program started. */
long orrery_failed_expectations(void);

#ifdef __cplusplus
}
#endif

#endif /* ORRERY_ABI_CHECK_H */
