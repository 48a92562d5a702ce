package io.inkstream.engine.device;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Copies from other cards by a kernel of ours, `pull.ptx`: all at once, where the library's copies
/// would be one after another, each with a start of its own. It wants the card's context in the
/// calling thread. Safe for any thread.
final class CudaPulls {
  private static final String FUNCTION = "pull";
  private static final int PIECE = 16; // bytes that a thread reads at once
  private static final int MOST = 24; // of a launch, as in pull.cu
  private static final int BLOCKS = 64; // of threads, for each copy
  private static final int THREADS = 256;
  private static final long COPY = 4 * Long.BYTES + 2 * Integer.BYTES; // as in pull.cu

  private final CudaCalls driver;
  private final long launch;
  private final long function;

  private CudaPulls(CudaCalls driver, long function) {
    this.driver = driver;
    this.launch = driver.find("cuLaunchKernel");
    this.function = function;
  }

  /// @throws EngineException if the card or its driver does not take the kernel
  static CudaPulls load() {
    try {
      var driver = CudaCalls.load();
      return new CudaPulls(driver, driver.function(driver.module(FUNCTION), FUNCTION));
    } catch (EngineException e) {
      throw new EngineException(
          "the kernel that copies between cards does not load: "
              + e.getMessage()
              + "; ulysses-degree=1 goes without",
          e);
    }
  }

  /// Whether these are copied by the kernel: they lie so that 16 bytes can be read at once.
  static boolean take(List<Pull> pulls) {
    return pulls.stream().allMatch(CudaPulls::isAligned);
  }

  private static boolean isAligned(Pull pull) {
    long all = pull.to() | pull.pitch() | pull.address() | pull.fromPitch() | pull.width();
    return all % PIECE == 0 && pull.rows() * (pull.width() / PIECE) <= Integer.MAX_VALUE;
  }

  /// Gives copies that [#take] takes to a stream.
  void run(List<Pull> pulls, long stream) {
    for (int from = 0; from < pulls.size(); from += MOST) {
      launch(pulls.subList(from, Math.min(from + MOST, pulls.size())), stream);
    }
  }

  private void launch(List<Pull> pulls, long stream) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment parameter = arena.allocateFrom(ADDRESS, packed(pulls, arena));
      driver.check(
          FUNCTION,
          NativeCalls.call(
              launch,
              function,
              BLOCKS,
              pulls.size(),
              1,
              THREADS,
              1,
              1,
              0,
              stream,
              parameter.address(),
              0));
    }
  }

  /// The kernel's parameter: as many copies as there may be, of which the first count.
  static MemorySegment packed(List<Pull> pulls, Arena arena) {
    MemorySegment all = arena.allocate(COPY * MOST, Long.BYTES);
    for (int i = 0; i < pulls.size(); i++) {
      pack(pulls.get(i), all.asSlice(i * COPY, COPY));
    }
    return all;
  }

  private static void pack(Pull pull, MemorySegment to) {
    to.setAtIndex(JAVA_LONG, 0, pull.to());
    to.setAtIndex(JAVA_LONG, 1, pull.address());
    to.setAtIndex(JAVA_LONG, 2, pull.pitch());
    to.setAtIndex(JAVA_LONG, 3, pull.fromPitch());
    to.setAtIndex(JAVA_INT, 8, (int) (pull.width() / PIECE));
    to.setAtIndex(JAVA_INT, 9, (int) pull.rows());
  }
}
