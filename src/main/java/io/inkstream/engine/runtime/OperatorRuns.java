package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.kernel.FusedKernels;
import io.inkstream.engine.kernel.Operator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Runs operators with what the library has for them: finds the tensors, makes the outputs.
///
/// Thousands of calls a forward, which take turns, so they share the memory for results.
///
/// @param out where a function puts its result
/// @param dims extents of a tensor
record OperatorRuns(OrtApi api, FusedKernels kernels, MemorySegment out, MemorySegment dims) {
  private static final int MOST_DIMENSIONS = 8;

  OperatorRuns(OrtApi api, FusedKernels kernels) {
    this(
        api,
        kernels,
        Arena.global().allocate(JAVA_LONG),
        Arena.global().allocate(JAVA_LONG, MOST_DIMENSIONS));
  }

  /// @param context address of the library's `OrtKernelContext` of one run of one node
  void run(Operator operator, long context) {
    int inputs = operator.inputs().size();
    int outputs = operator.outputs().size();
    long[] addresses = new long[inputs + outputs];
    for (int i = 0; i < inputs; i++) {
      addresses[i] = data(input(context, i));
    }
    List<long[]> shapes = new ArrayList<>();
    for (int shaped : operator.shapedInputs()) {
      shapes.add(shape(input(context, shaped)));
    }
    Operator.Run run = operator.of(shapes);
    for (int i = 0; i < outputs; i++) {
      long[] shape = run.outputShape(i);
      MemorySegment.copy(shape, 0, dims, JAVA_LONG, 0, shape.length);
      api.call(
          OrtFunction.KERNEL_CONTEXT_OUTPUT,
          context,
          i,
          dims.address(),
          shape.length,
          out.address());
      addresses[inputs + i] = data(result());
    }
    if (!run.isOfNothing()) {
      run.on(kernels, addresses);
    }
  }

  private long input(long context, int index) {
    api.call(OrtFunction.KERNEL_CONTEXT_INPUT, context, index, out.address());
    return result();
  }

  private long result() {
    return out.get(JAVA_LONG, 0);
  }

  private long data(long value) {
    api.call(OrtFunction.TENSOR_DATA, value, out.address());
    return result();
  }

  private long[] shape(long value) {
    api.call(OrtFunction.TENSOR_TYPE_AND_SHAPE, value, out.address());
    long info = result();
    try {
      api.call(OrtFunction.DIMENSIONS_COUNT, info, out.address());
      long count = result();
      if (count > MOST_DIMENSIONS) {
        throw new IllegalArgumentException("a tensor has " + count + " dimensions");
      }
      api.call(OrtFunction.DIMENSIONS, info, dims.address(), count);
      return dims.asSlice(0, count * JAVA_LONG.byteSize()).toArray(JAVA_LONG);
    } finally {
      api.release(OrtFunction.RELEASE_TENSOR_TYPE_AND_SHAPE, info);
    }
  }
}
