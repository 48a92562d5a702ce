package io.inkstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Measures how long event loops could not have run: looks every few milliseconds how much later
/// than it wanted it is there itself, and, where Linux tells, how long a loop has waited for a
/// processor.
final class Standstill implements Runnable {
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int REMEMBERED = 3000;
  private static final Path TASKS = Path.of("/proc/self/task");
  // The system's name of a thread is the first 15 letters of Java's.
  private static final String EVENT_LOOP = "vert.x-eventloo";

  private final Deque<Tick> ticks = new ArrayDeque<>();
  private final Map<Path, Long> waited = new HashMap<>();
  private List<Path> loops = List.of();

  /// @param lost of the time before `end`
  private record Tick(long end, long lost) {}

  @Override
  public void run() {
    for (int i = 0; true; i++) {
      if (i % 50 == 0) {
        loops = eventLoops();
      }
      long begin = System.nanoTime();
      LockSupport.parkNanos(TICK);
      long end = System.nanoTime();
      long late = end - begin - TICK;
      remember(new Tick(end, Math.max(late, longestWait())));
    }
  }

  private static List<Path> eventLoops() {
    try (var tasks = Files.list(TASKS)) {
      return tasks.filter(task -> read(task.resolve("comm")).startsWith(EVENT_LOOP)).toList();
    } catch (IOException e) { // not on Linux
      return List.of();
    }
  }

  /// Of a loop, since the last tick.
  private long longestWait() {
    long longest = 0;
    for (Path loop : loops) {
      String[] words = read(loop.resolve("schedstat")).split(" ");
      if (words.length > 1) {
        long now = Long.parseLong(words[1]);
        Long before = waited.put(loop, now);
        longest = Math.max(longest, before == null ? 0 : now - before);
      }
    }
    return longest;
  }

  /// Empty of a thread that has ended.
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private synchronized void remember(Tick tick) {
    ticks.addLast(tick);
    if (ticks.size() > REMEMBERED) {
      ticks.removeFirst();
    }
  }

  /// What was lost of the time until now.
  synchronized long millisecondsOfLast(long milliseconds) {
    long begin = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(milliseconds);
    return TimeUnit.NANOSECONDS.toMillis(
        ticks.stream().filter(tick -> tick.end() > begin).mapToLong(Tick::lost).sum());
  }
}
