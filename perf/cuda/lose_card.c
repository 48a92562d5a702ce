// A card that fails under a program which loads this with LD_PRELOAD: as soon as the file LOSE_CARD is there, a kernel
// traps on the card whose number it holds. That breaks the program's context on that card for good, and on no other.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const TRAP =
    ".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry lose()\n{\n\ttrap;\n\tret;\n}\n";

typedef int (*Call)();

static int said(const char *name, int error) {
  fprintf(stderr, "lose_card: %s: %d\n", name, error);
  return error;
}

static void lose(int card) {
  void *driver = dlopen("libcuda.so.1", RTLD_NOW);
  if (!driver) {
    said("no libcuda.so.1", 0);
    return;
  }
#define CALL(name, ...) (((Call)dlsym(driver, name))(__VA_ARGS__))
  void *context, *module, *function;
  int device;
  if (said("cuDeviceGet", CALL("cuDeviceGet", &device, card)) ||
      said("cuDevicePrimaryCtxRetain", CALL("cuDevicePrimaryCtxRetain", &context, device)) ||
      said("cuCtxSetCurrent", CALL("cuCtxSetCurrent", context)) ||
      said("cuModuleLoadData", CALL("cuModuleLoadData", &module, TRAP)) ||
      said("cuModuleGetFunction", CALL("cuModuleGetFunction", &function, module, "lose")) ||
      said("cuLaunchKernel", CALL("cuLaunchKernel", function, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL)))
    return;
  said("cuCtxSynchronize, which is to fail", CALL("cuCtxSynchronize"));
}

static void *wait_for_it(void *path) {
  for (;;) {
    FILE *file = fopen(path, "r");
    int card;
    if (file && fscanf(file, "%d", &card) == 1) {
      fclose(file);
      lose(card);
      return NULL;
    }
    if (file) fclose(file);
    usleep(1000);
  }
}

__attribute__((constructor)) static void begin(void) {
  pthread_t thread;
  char *path = getenv("LOSE_CARD");
  if (path && pthread_create(&thread, NULL, wait_for_it, path) == 0) pthread_detach(thread);
}
