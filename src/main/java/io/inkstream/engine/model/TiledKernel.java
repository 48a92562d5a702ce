package io.inkstream.engine.model;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.inkstream.engine.graph.WinogradKernel;
import io.inkstream.engine.runtime.WeightSource;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.lang.foreign.MemorySegment;

/// A convolution's kernel as [WinogradKernel] has it, made of what its file has, output by output.
///
/// @param kernel `[out, in, 3, 3]` or `[out, in, time, 3, 3]`
record TiledKernel(WeightReader reader, TensorEntry kernel) implements WeightSource.Made {
  @Override
  public int pieces() {
    return Math.toIntExact(kernel.shape().dim(0));
  }

  @Override
  public void make(int piece, MemorySegment all) {
    int rows = Math.toIntExact(kernel.rows() / pieces());
    float[] taps = new float[Math.toIntExact(rows * kernel.rowLength())];
    reader.rows(kernel, (long) piece * rows, rows, taps, 0);
    float[] numbers = WinogradKernel.of(taps, Math.toIntExact(kernel.shape().dim(1)));
    for (int i = 0; i < numbers.length; i++) {
      all.setAtIndex(JAVA_FLOAT, (long) i * pieces() + piece, numbers[i]);
    }
  }
}
