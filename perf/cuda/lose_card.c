// A card that fails under a program which loads this with LD_PRELOAD: as soon as the file LOSE_CARD is there, the card
// whose number it holds is lost as the word behind says: "trap", by a kernel that traps, or "reset", by a reset of the
// program's context on that card.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const TRAP =
    ".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry lose()\n{\n\ttrap;\n\tret;\n}\n";

typedef int (*Call)();

static int said(const char *name, int error) {
  fprintf(stderr, "lose_card: %s: %d\n", name, error);
  return error;
}

#define CALL(name, ...) (((Call)dlsym(driver, name))(__VA_ARGS__))

static void reset(void *driver, int device) {
  said("cuDevicePrimaryCtxReset", CALL("cuDevicePrimaryCtxReset_v2", device));
}

static void trap(void *driver, int device) {
  void *context, *module, *function;
  if (said("cuDevicePrimaryCtxRetain", CALL("cuDevicePrimaryCtxRetain", &context, device)) ||
      said("cuCtxSetCurrent", CALL("cuCtxSetCurrent", context)) ||
      said("cuModuleLoadData", CALL("cuModuleLoadData", &module, TRAP)) ||
      said("cuModuleGetFunction", CALL("cuModuleGetFunction", &function, module, "lose")) ||
      said("cuLaunchKernel", CALL("cuLaunchKernel", function, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL)))
    return;
  said("cuCtxSynchronize, which is to fail", CALL("cuCtxSynchronize"));
}

static void lose(int card, const char *how) {
  void *driver = dlopen("libcuda.so.1", RTLD_NOW);
  int device;
  if (!driver) {
    said("no libcuda.so.1", 0);
  } else if (!said("cuDeviceGet", CALL("cuDeviceGet", &device, card))) {
    (strcmp(how, "reset") == 0 ? reset : trap)(driver, device);
  }
}

static void *wait_for_it(void *path) {
  for (;;) {
    FILE *file = fopen(path, "r");
    int card;
    char how[8];
    if (file && fscanf(file, "%d %7s", &card, how) == 2) {
      fclose(file);
      lose(card, how);
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
