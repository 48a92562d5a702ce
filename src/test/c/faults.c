// What a machine may do to a program, for tests that load it with LD_PRELOAD: a disk that takes SLOW_SYNC milliseconds
// to write down what it was given, and a calendar that is off by as many seconds as the file CLOCK_FILE says.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int slowly(long call, int file) {
  const char *milliseconds = getenv("SLOW_SYNC");
  if (milliseconds) usleep(1000 * atol(milliseconds));
  return syscall(call, file);
}

int fsync(int file) { return slowly(SYS_fsync, file); }
int fdatasync(int file) { return slowly(SYS_fdatasync, file); }

static long off(void) {
  const char *path = getenv("CLOCK_FILE");
  char text[32] = {0};
  int file = path ? open(path, O_RDONLY) : -1;
  if (file < 0) return 0;
  long seconds = read(file, text, sizeof text - 1) > 0 ? atol(text) : 0;
  close(file);
  return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += off();
  return result;
}

int gettimeofday(struct timeval *time, void *zone) {
  struct timespec exact;
  int result = clock_gettime(CLOCK_REALTIME, &exact);
  time->tv_sec = exact.tv_sec;
  time->tv_usec = exact.tv_nsec / 1000;
  return result;
}
