/* Decodes one picture, PNG, JPEG or WebP, with the libraries that Pillow has, into 8-bit RGB or RGBA as Pillow converts it.
   What comes in and goes out passes through the host, row by row; whatever is wrong ends the module, with words. See build.sh. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>
#include <webp/demux.h>

#define HOST(name) __attribute__((import_module("host"), import_name(#name)))
/* Reads on: how many bytes, 0 at the end. */
HOST(read) int host_read(void *at, int most);
/* What it will be; the host refuses what is too large. Orientation as in EXIF, 1 to 8. */
HOST(begin) void host_begin(int width, int height, int channels, int orientation);
/* The next row, from the top. */
HOST(row) void host_row(const void *samples);
/* Time passes: the host ends what takes too long. */
HOST(tick) void host_tick(void);
HOST(fail) __attribute__((noreturn)) void host_fail(const char *words, int length);

static __attribute__((noreturn, format(printf, 1, 2))) void fail(const char *form, ...) {
  char words[256];
  va_list values;
  va_start(values, form);
  int length = vsnprintf(words, sizeof words, form, values);
  va_end(values);
  host_fail(words, length < (int)sizeof words ? length : (int)sizeof words - 1);
}

static void *claim(size_t bytes) {
  void *memory = malloc(bytes);
  if (memory == NULL) fail("takes more memory than it may");
  return memory;
}

/* The first bytes, which say what it is, are read before whoever reads on. */
static unsigned char head[12];
static int head_length, head_taken;

static int read_some(void *at, int most) {
  if (head_taken < head_length) {
    int left = head_length - head_taken, n = most < left ? most : left;
    memcpy(at, head + head_taken, n);
    head_taken += n;
    return n;
  }
  return host_read(at, most);
}

static int read_fully(unsigned char *at, int length) {
  int done = 0, n;
  while (done < length && (n = host_read(at + done, length - done)) > 0) done += n;
  return done;
}

/* --- EXIF: the orientation in IFD 0 --- */

static unsigned number(const unsigned char *at, int bytes, int big) {
  unsigned value = 0;
  for (int i = 0; i < bytes; i++) value |= (unsigned)at[i] << 8 * (big ? bytes - 1 - i : i);
  return value;
}

static int orientation_of(const unsigned char *tiff, size_t length) {
  if (length >= 6 && memcmp(tiff, "Exif\0\0", 6) == 0) tiff += 6, length -= 6;
  if (length < 8 || (memcmp(tiff, "II*\0", 4) != 0 && memcmp(tiff, "MM\0*", 4) != 0)) return 1;
  int big = tiff[0] == 'M';
  size_t at = number(tiff + 4, 4, big);
  if (at > length || length - at < 2) return 1;
  unsigned entries = number(tiff + at, 2, big);
  at += 2;
  for (unsigned i = 0; i < entries && length - at >= 12; i++, at += 12) {
    if (number(tiff + at, 2, big) == 0x0112 && number(tiff + at + 2, 2, big) == 3) {
      unsigned value = number(tiff + at + 8, 2, big);
      return value >= 1 && value <= 8 ? (int)value : 1;
    }
  }
  return 1;
}

/* --- JPEG --- */

enum { CHUNK = 1 << 16, MOST_SCANS = 500 };

#define JCOPYRIGHT_SHORT ""
#define JVERSION ""
#define JMESSAGE(code, words) words,
static const char *const jpeg_words[] = {
#include "jerror.h"
  NULL};

static void jpeg_fail(j_common_ptr codec) {
  char words[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, words);
  fail("%s", words);
}

static void jpeg_format(j_common_ptr codec, char *words) {
  struct jpeg_error_mgr *err = codec->err;
  int known = err->msg_code > 0 && err->msg_code <= err->last_jpeg_message;
  const char *form = jpeg_words[known ? err->msg_code : 0];
  if (strstr(form, "%s") != NULL)
    snprintf(words, JMSG_LENGTH_MAX, form, err->msg_parm.s);
  else
    snprintf(words, JMSG_LENGTH_MAX, form, err->msg_parm.i[0], err->msg_parm.i[1], err->msg_parm.i[2], err->msg_parm.i[3],
             err->msg_parm.i[4], err->msg_parm.i[5], err->msg_parm.i[6], err->msg_parm.i[7]);
}

static void jpeg_warn(j_common_ptr codec, int level) { /* Pillow draws what is damaged within, too */
  if (level < 0) codec->err->num_warnings++;
}

static void jpeg_silent(j_common_ptr codec) {}

static JOCTET jpeg_bytes[CHUNK];

static boolean jpeg_fill(j_decompress_ptr codec) {
  int n = read_some(jpeg_bytes, CHUNK);
  if (n <= 0) fail("the file ends before the picture does");
  codec->src->next_input_byte = jpeg_bytes;
  codec->src->bytes_in_buffer = n;
  return TRUE;
}

static void jpeg_skip(j_decompress_ptr codec, long count) {
  struct jpeg_source_mgr *src = codec->src;
  while (count > (long)src->bytes_in_buffer) {
    count -= (long)src->bytes_in_buffer;
    jpeg_fill(codec);
  }
  src->next_input_byte += count;
  src->bytes_in_buffer -= count;
}

static void jpeg_nothing(j_decompress_ptr codec) {}

static void jpeg_progress(j_common_ptr codec) {
  host_tick();
  if (((j_decompress_ptr)codec)->input_scan_number > MOST_SCANS) fail("has more than %d scans", MOST_SCANS);
}

static unsigned char times(unsigned a, unsigned b) {
  unsigned t = a * b + 128;
  return ((t >> 8) + t) >> 8;
}

/* Inverted as Adobe's are, which Pillow takes for granted. */
static void rgb_of_cmyk(unsigned char *row, int width) {
  for (int x = 0; x < width; x++) {
    unsigned char k = row[4 * x + 3], c = 255 - row[4 * x], m = 255 - row[4 * x + 1], y = 255 - row[4 * x + 2];
    row[3 * x] = k - times(c, k);
    row[3 * x + 1] = k - times(m, k);
    row[3 * x + 2] = k - times(y, k);
  }
}

static int jpeg_orientation(j_decompress_ptr codec) {
  for (jpeg_saved_marker_ptr marker = codec->marker_list; marker != NULL; marker = marker->next)
    if (marker->data_length >= 6 && memcmp(marker->data, "Exif\0\0", 6) == 0) return orientation_of(marker->data, marker->data_length);
  return 1;
}

static void jpeg_decode(void) {
  static struct jpeg_decompress_struct codec;
  static struct jpeg_error_mgr errors;
  static struct jpeg_source_mgr source;
  static struct jpeg_progress_mgr progress;
  errors.error_exit = jpeg_fail;
  errors.emit_message = jpeg_warn;
  errors.output_message = jpeg_silent;
  errors.format_message = jpeg_format;
  errors.reset_error_mgr = jpeg_silent;
  errors.last_jpeg_message = sizeof jpeg_words / sizeof *jpeg_words - 2;
  codec.err = &errors;
  jpeg_create_decompress(&codec);
  source.init_source = jpeg_nothing;
  source.fill_input_buffer = jpeg_fill;
  source.skip_input_data = jpeg_skip;
  source.resync_to_restart = jpeg_resync_to_restart;
  source.term_source = jpeg_nothing;
  codec.src = &source;
  progress.progress_monitor = jpeg_progress;
  codec.progress = &progress;
  jpeg_save_markers(&codec, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&codec, TRUE);
  int four = codec.num_components == 4;
  codec.out_color_space = four ? JCS_CMYK : JCS_RGB;
  host_begin(codec.image_width, codec.image_height, 3, jpeg_orientation(&codec));
  jpeg_start_decompress(&codec);
  JSAMPROW row = claim((size_t)codec.output_width * codec.output_components);
  while (codec.output_scanline < codec.output_height) {
    jpeg_read_scanlines(&codec, &row, 1);
    if (four) rgb_of_cmyk(row, codec.output_width);
    host_row(row);
  }
}

/* --- PNG --- */

static void png_fail(png_structp png, png_const_charp words) { fail("%s", words); }

static void png_warn(png_structp png, png_const_charp words) {}

static void png_fill(png_structp png, png_bytep at, size_t length) {
  while (length > 0) {
    int n = read_some(at, length > CHUNK ? CHUNK : (int)length);
    if (n <= 0) fail("the file ends before the picture does");
    at += n;
    length -= n;
  }
}

/* Pillow cuts 16 bits of grey to 0 to 255, and takes the high byte of 16 bits of colour. */
static void grey16(const unsigned char *from, unsigned char *rgb, int width) {
  for (int x = 0; x < width; x++) {
    unsigned char value = from[2 * x] != 0 ? 255 : from[2 * x + 1];
    rgb[3 * x] = rgb[3 * x + 1] = rgb[3 * x + 2] = value;
  }
}

static void png_decode(void) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, png_fail, png_warn);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) fail("takes more memory than it may");
  png_set_read_fn(png, NULL, png_fill);
  png_set_user_limits(png, 1 << 20, 1 << 20); /* the host has a limit of its own */
  png_set_chunk_cache_max(png, 64);
  png_set_chunk_malloc_max(png, 8 << 20);
  png_read_info(png, info);
  int width = png_get_image_width(png, info), height = png_get_image_height(png, info);
  int colour = png_get_color_type(png, info), bits = png_get_bit_depth(png, info);
  int passes = png_set_interlace_handling(png);
  int grey = bits == 16 && colour == PNG_COLOR_TYPE_GRAY;
  if (!grey) {
    png_set_strip_16(png);
    png_set_expand(png);
    png_set_gray_to_rgb(png);
  }
  png_read_update_info(png, info);
  int channels = grey ? 3 : png_get_channels(png, info);
  png_bytep exif = NULL;
  png_uint_32 exif_length = 0;
  png_get_eXIf_1(png, info, &exif_length, &exif);
  host_begin(width, height, channels, exif == NULL ? 1 : orientation_of(exif, exif_length));
  size_t row_bytes = png_get_rowbytes(png, info);
  size_t kept = passes > 1 ? height : 1;
  png_bytep rows = claim(row_bytes * kept), rgb = claim(3 * (size_t)width);
  for (int pass = 0; pass < passes; pass++)
    for (int y = 0; y < height; y++) {
      png_bytep row = rows + (passes > 1 ? y * row_bytes : 0);
      png_read_row(png, row, NULL);
      if (pass == passes - 1) {
        if (grey) grey16(row, rgb, width);
        host_row(grey ? rgb : row);
      }
    }
  png_read_end(png, NULL);
}

/* --- WebP --- */

static size_t webp_file(unsigned char **file) {
  size_t length = number(head + 4, 4, 0) + (size_t)8;
  if (length < 12 || length > INT32_MAX / 2) fail("says a length of %zu bytes", length);
  *file = claim(length);
  memcpy(*file, head, sizeof head);
  int rest = (int)(length - sizeof head);
  if (read_fully(*file + sizeof head, rest) < rest) fail("the file ends before the picture does");
  return length;
}

static int webp_orientation(WebPDemuxer *parts) {
  WebPChunkIterator chunk;
  return WebPDemuxGetChunk(parts, "EXIF", 1, &chunk) ? orientation_of(chunk.chunk.bytes, chunk.chunk.size) : 1;
}

static const char *webp_words(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY: return "takes more memory than it may";
    case VP8_STATUS_NOT_ENOUGH_DATA: return "the file ends before the picture does";
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "has a feature that libwebp does not know";
    default: return "its data is damaged";
  }
}

/* Of one that moves, the first picture. */
static void webp_first(WebPData *data, int width, int height) {
  WebPAnimDecoder *frames = WebPAnimDecoderNew(data, NULL);
  uint8_t *canvas;
  int at;
  if (frames == NULL || !WebPAnimDecoderGetNext(frames, &canvas, &at)) fail("its data is damaged");
  for (int y = 0; y < height; y++) host_row(canvas + (size_t)4 * width * y);
}

static void webp_decode(void) {
  unsigned char *file;
  size_t length = webp_file(&file);
  WebPData data = {file, length};
  WebPDemuxer *parts = WebPDemux(&data);
  if (parts == NULL) fail("its parts cannot be told apart");
  static WebPDecoderConfig config;
  WebPInitDecoderConfig(&config);
  VP8StatusCode status = WebPGetFeatures(file, length, &config.input);
  if (status != VP8_STATUS_OK) fail("%s", webp_words(status));
  int width = WebPDemuxGetI(parts, WEBP_FF_CANVAS_WIDTH), height = WebPDemuxGetI(parts, WEBP_FF_CANVAS_HEIGHT);
  int animated = config.input.has_animation, channels = animated || config.input.has_alpha ? 4 : 3;
  host_begin(width, height, channels, webp_orientation(parts));
  if (animated) {
    webp_first(&data, width, height);
    return;
  }
  size_t stride = (size_t)channels * width;
  uint8_t *pixels = claim(stride * height);
  config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels;
  config.output.u.RGBA.stride = (int)stride;
  config.output.u.RGBA.size = stride * height;
  status = WebPDecode(file, length, &config);
  if (status != VP8_STATUS_OK) fail("%s", webp_words(status));
  for (int y = 0; y < height; y++) host_row(pixels + stride * y);
}

__attribute__((export_name("decode"))) void decode(void) {
  head_length = read_fully(head, sizeof head);
  if (head_length >= 8 && memcmp(head, "\x89PNG\r\n\x1a\n", 8) == 0)
    png_decode();
  else if (head_length >= 3 && memcmp(head, "\xff\xd8\xff", 3) == 0)
    jpeg_decode();
  else if (head_length == 12 && memcmp(head, "RIFF", 4) == 0 && memcmp(head + 8, "WEBP", 4) == 0)
    webp_decode();
  else
    fail("is no PNG, JPEG or WebP");
}
