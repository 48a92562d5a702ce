package io.inkstream.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.kernel.FusedKernels;
import io.inkstream.kernel.FusedOperator;
import io.inkstream.kernel.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Runs operators with what the library has for them: finds the tensors, makes the outputs.
record OperatorRuns(OrtApi api, FusedKernels kernels) {

  /// @param context the library's `OrtKernelContext` of one run of one node
  void run(FusedOperator operator, MemorySegment context) {
    try (var arena = Arena.ofConfined()) {
      var run = new Run(arena.allocate(ADDRESS));
      long[] addresses = new long[operator.inputs() + operator.outputs()];
      List<MemorySegment> inputs = new ArrayList<>();
      for (int i = 0; i < operator.inputs(); i++) {
        inputs.add(run.pointer(OrtFunction.KERNEL_CONTEXT_INPUT, context, (long) i));
        addresses[i] = run.data(inputs.get(i));
      }
      List<long[]> shapes = new ArrayList<>();
      for (int input : operator.shapedInputs()) {
        shapes.add(run.shape(inputs.get(input), arena));
      }
      Geometry size = operator.geometry(shapes);
      for (int i = 0; i < operator.outputs(); i++) {
        long[] shape = operator.outputShape(i, size);
        MemorySegment dims = arena.allocateFrom(JAVA_LONG, shape);
        MemorySegment output =
            run.pointer(
                OrtFunction.KERNEL_CONTEXT_OUTPUT, context, (long) i, dims, (long) shape.length);
        addresses[operator.inputs() + i] = run.data(output);
      }
      kernels.run(operator, size, addresses);
    }
  }

  /// Calls of one run, which share the place for results.
  private final class Run {
    private final MemorySegment out;

    Run(MemorySegment out) {
      this.out = out;
    }

    MemorySegment pointer(OrtFunction function, Object... arguments) {
      Object[] all = new Object[arguments.length + 1];
      System.arraycopy(arguments, 0, all, 0, arguments.length);
      all[arguments.length] = out;
      api.call(function, all);
      return out.get(ADDRESS, 0);
    }

    long data(MemorySegment value) {
      return pointer(OrtFunction.TENSOR_DATA, value).address();
    }

    long[] shape(MemorySegment value, Arena arena) {
      MemorySegment info = pointer(OrtFunction.TENSOR_TYPE_AND_SHAPE, value);
      try {
        api.call(OrtFunction.DIMENSIONS_COUNT, info, out);
        long count = out.get(JAVA_LONG, 0);
        MemorySegment dims = arena.allocate(JAVA_LONG, Math.max(1, count));
        api.call(OrtFunction.DIMENSIONS, info, dims, count);
        return dims.asSlice(0, count * JAVA_LONG.byteSize()).toArray(JAVA_LONG);
      } finally {
        api.release(OrtFunction.RELEASE_TENSOR_TYPE_AND_SHAPE, info);
      }
    }
  }
}
