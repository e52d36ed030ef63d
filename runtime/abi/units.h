// What units there are.

#ifndef ORRERY_ABI_UNITS_H
#define ORRERY_ABI_UNITS_H

#ifdef __cplusplus
extern "C" {
#endif

/* 1 if UDUNITS knows the unit (UTF-8), 0 if not. Without the unit database everything is taken for
   a unit: whoever converts says that there is none. */
int orrery_is_unit(const char *text);

#ifdef __cplusplus
}
#endif

#endif /* ORRERY_ABI_UNITS_H */
