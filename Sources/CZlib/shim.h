#include <zlib.h>

// inflateInit2 is a macro, which Swift does not import. 15 + 32: the largest window, gzip or zlib header found by itself.
static inline int czlib_inflate_init(z_stream *stream) { return inflateInit2(stream, 15 + 32); }

// A few hundred bytes, without a header: a window of 1 KiB and what else zlib asks for are soon made and thrown away.
enum { CZLIB_SMALL_WINDOW = -10, CZLIB_SMALL_MEMORY = 3, CZLIB_SMALL_LEVEL = 3 };

// Both return how many bytes they made; 0 where `to` has no room for them, where there is no memory, or where `from` is none of ours.
static inline unsigned czlib_squeeze(const unsigned char *from, unsigned count, unsigned char *to, unsigned room) {
    z_stream stream = {.next_in = (unsigned char *)from, .avail_in = count, .next_out = to, .avail_out = room};
    if (deflateInit2(&stream, CZLIB_SMALL_LEVEL, Z_DEFLATED, CZLIB_SMALL_WINDOW, CZLIB_SMALL_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    int code = deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    return code == Z_STREAM_END ? room - stream.avail_out : 0;
}

static inline unsigned czlib_unsqueeze(const unsigned char *from, unsigned count, unsigned char *to, unsigned room) {
    z_stream stream = {.next_in = (unsigned char *)from, .avail_in = count, .next_out = to, .avail_out = room};
    if (inflateInit2(&stream, CZLIB_SMALL_WINDOW) != Z_OK) return 0;
    int code = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    return code == Z_STREAM_END ? room - stream.avail_out : 0;
}
