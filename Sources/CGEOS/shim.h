// The reentrant half of the GEOS C API only: without this, every function has a second form with a hidden global context.
#define GEOS_USE_ONLY_R_API
#include <geos_c.h>
