#include <zlib.h>

// inflateInit2 is a macro, which Swift does not import. 15 + 32: the largest window, gzip or zlib header found by itself.
static inline int czlib_inflate_init(z_stream *stream) { return inflateInit2(stream, 15 + 32); }
