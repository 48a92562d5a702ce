// Two cards and the runtime library of their maker, over the host's memory, for tests of what calls it: CUDA's names, or
// HIP's with -DHIP, and those that MIGraphX's provider calls beside. Streams are as late as they may be: nothing is done before somebody waits for it, so that an order
// that nobody has asked for is missing. What the real ones do not allow is an error, with their numbers.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#ifdef HIP
#define CARD(name) hip##name
#define PROPERTIES hipGetDevicePropertiesR0600
#define MAKER "HIP"
#define NONE "no ROCm-capable device is detected"
#else
#define CARD(name) cuda##name
#define PROPERTIES cudaGetDeviceProperties
#define MAKER "CUDA"
#define NONE "no CUDA-capable device is detected"
#endif

enum { OK = 0, WRONG_VALUE = 1, NO_MEMORY = 2, NO_CARD = 100, NO_SUCH_CARD = 101, WRONG_HANDLE = 400, ENABLED_ALREADY = 704, LOST = 719 };
enum { TO_CARD = 1, TO_HOST = 2, WITHIN = 3, ANYWHERE = 4 };
enum { HOST = -1, MANAGED = -2, CARDS = 2 };

struct stream;
struct event { struct stream *stream; long place; };
struct work {
  struct work *next;
  struct event after; // what it waits for first, if anything
  char *to, *from, *owned;
  size_t pitch, from_pitch, width, rows;
  int value;
};
struct stream { struct stream *next; int card; long given, done; struct work *first, *last; };
struct memory { struct memory *next; char *address; size_t bytes; int owner; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static __thread int current;
static __thread int last;
static int cards = CARDS;
static int lost;
static size_t total = (size_t)1 << 36;
static int joined[CARDS][CARDS];
static struct stream *streams;
static struct memory *memories;

// What tests set.
void card_count(int count) { cards = count; }
void card_bytes(size_t bytes) { total = bytes; }
void card_lost(int yes) { lost = yes; }

static int end(int error) {
  pthread_mutex_unlock(&lock);
  return error ? (last = error) : OK;
}

static int begin(void) {
  pthread_mutex_lock(&lock);
  return lost ? LOST : OK;
}

static struct memory *around(const char *address, size_t bytes) {
  struct memory *memory = memories;
  while (memory && !(address >= memory->address && address + bytes <= memory->address + memory->bytes)) memory = memory->next;
  return memory;
}

static int owner(const char *address, size_t bytes) {
  struct memory *memory = around(address, bytes);
  return memory ? memory->owner : HOST;
}

static size_t taken(int card) {
  size_t sum = 0;
  for (struct memory *memory = memories; memory; memory = memory->next) sum += memory->owner == card ? memory->bytes : 0;
  return sum;
}

static int take(void **address, size_t bytes, int card) {
  if (card >= 0 && bytes > total - taken(card)) return NO_MEMORY;
  struct memory *memory = malloc(sizeof *memory);
  char *at = aligned_alloc(256, (bytes + 255) / 256 * 256);
  *memory = (struct memory){memories, at, bytes, card};
  memories = memory;
  *address = at;
  return OK;
}

static void run(struct stream *stream, long place) {
  while (stream && stream->done < place) {
    struct work *work = stream->first;
    run(work->after.stream, work->after.place);
    for (size_t row = 0; row < work->rows; row++) {
      char *to = work->to + row * work->pitch;
      if (work->from) memcpy(to, work->from + row * work->from_pitch, work->width);
      else memset(to, work->value, work->width);
    }
    stream->first = work->next;
    stream->done++;
    free(work->owned);
    free(work);
  }
}

static void give(struct stream *stream, struct work what) {
  struct work *work = malloc(sizeof *work);
  *work = what;
  if (stream->done == stream->given) stream->first = work;
  else stream->last->next = work;
  stream->last = work;
  stream->given++;
}

static void run_all(void) {
  for (struct stream *stream = streams; stream; stream = stream->next) run(stream, stream->given);
}

static int drop(void *address, int pinned) {
  struct memory **at = &memories;
  while (*at && (*at)->address != (char *)address) at = &(*at)->next;
  if (!*at || ((*at)->owner == HOST) != pinned) return WRONG_VALUE;
  run_all();
  struct memory *memory = *at;
  *at = memory->next;
  memset(memory->address, 0xdb, memory->bytes); // who reads it now is to notice
  free(memory->address);
  free(memory);
  return OK;
}

static int copy(char *to, size_t pitch, char *from, size_t from_pitch, size_t width, size_t rows, int kind, struct stream *stream) {
  size_t bytes = pitch * (rows - 1) + width, from_bytes = from_pitch * (rows - 1) + width;
  int to_owner = owner(to, bytes), from_owner = owner(from, from_bytes);
  if (stream->card != current) return WRONG_HANDLE;
  if (pitch < width || from_pitch < width) return WRONG_VALUE;
  if (kind != ANYWHERE && (to_owner != HOST) != (kind != TO_HOST)) return WRONG_VALUE;
  if (kind != ANYWHERE && (from_owner != HOST) != (kind != TO_CARD)) return WRONG_VALUE;
  if (kind == WITHIN && to_owner != from_owner) return WRONG_VALUE;
  char *owned = 0;
  if (!around(from, from_bytes)) { // it may be swapped out, and change after the call
    owned = malloc(from_bytes);
    memcpy(owned, from, from_bytes);
  }
  give(stream, (struct work){0, {0, 0}, to, owned ? owned : from, owned, pitch, from_pitch, width, rows, 0});
  return OK;
}

int CARD(GetDeviceCount)(int *count) {
  int error = begin();
  *count = cards;
  return end(error ? error : cards ? OK : NO_CARD);
}

int CARD(SetDevice)(int card) {
  int error = begin();
  if (!error && (card < 0 || card >= cards)) error = NO_SUCH_CARD;
  if (!error) current = card;
  return end(error);
}

const char *CARD(GetErrorString)(int error) {
  switch (error) {
    case NO_MEMORY: return "out of memory";
    case NO_CARD: return NONE;
    case WRONG_VALUE: return "invalid argument";
    case WRONG_HANDLE: return "invalid resource handle";
    case LOST: return "unspecified launch failure";
    default: return "unknown error";
  }
}

int CARD(GetLastError)(void) {
  int error = last;
  last = OK;
  return error;
}

// The struct has more than the name, and is filled in as a whole.
int PROPERTIES(char *properties, int card) {
  int error = begin();
  memset(properties, 0xff, 1472);
  strcpy(properties, card ? MAKER " card 1" : MAKER " card 0");
  return end(error);
}

int CARD(MemGetInfo)(size_t *free, size_t *all) {
  int error = begin();
  *free = total - taken(current);
  *all = total;
  return end(error);
}

int CARD(Malloc)(void **address, size_t bytes) {
  int error = begin();
  return end(error ? error : take(address, bytes, current));
}

int CARD(MallocManaged)(void **address, size_t bytes, unsigned flags) {
  int error = begin();
  return end(error ? error : flags != 1 ? WRONG_VALUE : take(address, bytes, MANAGED));
}

int CARD(MallocHost)(void **address, size_t bytes) {
  int error = begin();
  return end(error ? error : bytes > total ? NO_MEMORY : take(address, bytes, HOST));
}

int CARD(Free)(void *address) {
  int error = begin();
  return end(error ? error : drop(address, 0));
}

int CARD(FreeHost)(void *address) {
  int error = begin();
  return end(error ? error : drop(address, 1));
}

int CARD(StreamCreateWithFlags)(struct stream **stream, unsigned flags) {
  int error = begin();
  if (!error && flags != 1) error = WRONG_VALUE;
  if (!error) {
    *stream = malloc(sizeof **stream);
    **stream = (struct stream){streams, current, 0, 0, 0, 0};
    streams = *stream;
  }
  return end(error);
}

int CARD(StreamSynchronize)(struct stream *stream) {
  int error = begin();
  if (!error && stream) run(stream, stream->given);
  return end(error);
}

int CARD(StreamWaitEvent)(struct stream *stream, struct event *event, unsigned flags) {
  int error = begin();
  if (!error && flags) error = WRONG_VALUE;
  if (!error) give(stream, (struct work){0, *event, 0, 0, 0, 0, 0, 0, 0, 0});
  return end(error);
}

int CARD(EventCreateWithFlags)(struct event **event, unsigned flags) {
  int error = begin();
  if (!error && flags & ~7u) error = WRONG_VALUE;
  if (!error) *event = calloc(1, sizeof **event);
  return end(error);
}

int CARD(EventDestroy)(struct event *event) {
  int error = begin();
  free(event);
  return end(error);
}

int CARD(EventRecord)(struct event *event, struct stream *stream) {
  int error = begin();
  if (!error && stream->card != current) error = WRONG_HANDLE;
  if (!error) *event = (struct event){stream, stream->given};
  return end(error);
}

int CARD(EventSynchronize)(struct event *event) {
  int error = begin();
  if (!error) run(event->stream, event->place);
  return end(error);
}

int CARD(MemsetAsync)(char *to, int value, size_t bytes, struct stream *stream) {
  int error = begin();
  if (!error && owner(to, bytes) != current) error = WRONG_VALUE;
  if (!error && stream->card != current) error = WRONG_HANDLE;
  if (!error) give(stream, (struct work){0, {0, 0}, to, 0, 0, bytes, bytes, bytes, 1, value});
  return end(error);
}

int CARD(MemcpyAsync)(char *to, char *from, size_t bytes, int kind, struct stream *stream) {
  int error = begin();
  return end(error ? error : bytes ? copy(to, bytes, from, bytes, bytes, 1, kind, stream) : OK);
}

int CARD(Memcpy2DAsync)(char *to, size_t pitch, char *from, size_t from_pitch, size_t width, size_t rows, int kind, struct stream *stream) {
  int error = begin();
  return end(error ? error : rows ? copy(to, pitch, from, from_pitch, width, rows, kind, stream) : OK);
}

int CARD(DeviceCanAccessPeer)(int *can, int card, int other) {
  int error = begin();
  *can = card != other;
  return end(error);
}

int CARD(DeviceEnablePeerAccess)(int other, unsigned flags) {
  int error = begin();
  if (!error && flags) error = WRONG_VALUE;
  if (!error && joined[current][other]) error = ENABLED_ALREADY;
  if (!error) joined[current][other] = 1;
  return end(error);
}

#ifdef HIP
// What ONNX Runtime calls beside. Without a stream, a copy is made at once.
int hipGetDevice(int *card) {
  *card = current;
  return OK;
}

int hipDeviceSynchronize(void) {
  int error = begin();
  if (!error) run_all();
  return end(error);
}

int hipHostMalloc(void **address, size_t bytes, unsigned flags) { return flags ? WRONG_VALUE : hipMallocHost(address, bytes); }

int hipHostFree(void *address) { return hipFreeHost(address); }

int hipMemcpy(char *to, char *from, size_t bytes, int kind) {
  int error = begin();
  if (!error && (kind < TO_CARD || kind > ANYWHERE)) error = WRONG_VALUE;
  if (!error) memmove(to, from, bytes);
  return end(error);
}

int hipMemcpyWithStream(char *to, char *from, size_t bytes, int kind, struct stream *stream) {
  int error = hipMemcpyAsync(to, from, bytes, kind, stream);
  return error ? error : hipStreamSynchronize(stream);
}

int hipStreamDestroy(struct stream *stream) { return hipStreamSynchronize(stream); }

int hipStreamQuery(struct stream *stream) {
  int error = begin();
  return end(error ? error : stream && stream->done < stream->given ? 600 : OK);
}

int hipLaunchHostFunc(struct stream *stream, void (*function)(void *), void *data) {
  int error = hipStreamSynchronize(stream);
  if (!error) function(data);
  return error;
}
#endif
