package io.inkstream.cli;

import java.lang.management.ManagementFactory;

/// What some work cost.
///
/// @param cpu processor seconds of the whole process, its compiler and collector included
/// @param wall seconds
record Cost(double cpu, double wall) {
  /// Measures work in this process.
  static Cost of(Runnable work) {
    long cpu = processCpuNanos();
    long wall = System.nanoTime();
    work.run();
    return new Cost((processCpuNanos() - cpu) / 1e9, (System.nanoTime() - wall) / 1e9);
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
