package io.inkstream.cli.bench;

import java.lang.management.ManagementFactory;

/// What some work cost.
///
/// @param cpu processor seconds of the whole process, its compiler and collector included
/// @param wall seconds
public record Cost(double cpu, double wall) {
  /// No work.
  public static final Cost NONE = new Cost(0, 0);

  /// Does work once in this process.
  static Cost of(Runnable work) {
    return ofEach(1, work);
  }

  /// Does work some times in this process; the cost of one time.
  public static Cost ofEach(int times, Runnable work) {
    long cpu = processCpuNanos();
    long wall = System.nanoTime();
    for (int i = 0; i < times; i++) {
      work.run();
    }
    return new Cost(
        (processCpuNanos() - cpu) / 1e9 / times, (System.nanoTime() - wall) / 1e9 / times);
  }

  /// Processor seconds that this process has used so far.
  static double cpuSeconds() {
    return processCpuNanos() / 1e9;
  }

  private static long processCpuNanos() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return ((com.sun.management.OperatingSystemMXBean) system).getProcessCpuTime();
  }
}
