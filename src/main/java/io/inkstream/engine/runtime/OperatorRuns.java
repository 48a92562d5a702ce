package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.kernel.FusedKernels;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.kernel.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/// Runs operators with what the library has for them: finds the tensors, makes the outputs.
///
/// Thousands of calls a forward: they have exact types, and addresses are numbers. Runs take turns,
/// so they share the memory for results.
///
/// @param out where a function puts its result
/// @param dims extents of a tensor
record OperatorRuns(
    OrtApi api,
    FusedKernels kernels,
    MethodHandle input,
    MethodHandle output,
    MethodHandle data,
    MethodHandle typeAndShape,
    MethodHandle dimensionsCount,
    MethodHandle dimensions,
    MethodHandle releaseTypeAndShape,
    MemorySegment out,
    MemorySegment dims) {
  private static final int MOST_DIMENSIONS = 8;

  static OperatorRuns of(OrtApi api, FusedKernels kernels) {
    return new OperatorRuns(
        api,
        kernels,
        api.exact(OrtFunction.KERNEL_CONTEXT_INPUT),
        api.exact(OrtFunction.KERNEL_CONTEXT_OUTPUT),
        api.exact(OrtFunction.TENSOR_DATA),
        api.exact(OrtFunction.TENSOR_TYPE_AND_SHAPE),
        api.exact(OrtFunction.DIMENSIONS_COUNT),
        api.exact(OrtFunction.DIMENSIONS),
        api.exact(OrtFunction.RELEASE_TENSOR_TYPE_AND_SHAPE),
        Arena.global().allocate(JAVA_LONG),
        Arena.global().allocate(JAVA_LONG, MOST_DIMENSIONS));
  }

  /// @param context address of the library's `OrtKernelContext` of one run of one node
  void run(FusedOperator operator, long context) throws Throwable {
    long[] addresses = new long[operator.inputs() + operator.outputs()];
    List<long[]> shapes = new ArrayList<>();
    for (int i = 0; i < operator.inputs(); i++) {
      api.check((long) input.invokeExact(context, (long) i, out.address()));
      long value = result();
      addresses[i] = data(value);
      if (operator.shapedInputs().contains(i)) {
        shapes.add(shape(value));
      }
    }
    Geometry size = operator.geometry(shapes);
    for (int i = 0; i < operator.outputs(); i++) {
      long[] shape = operator.outputShape(i, size);
      MemorySegment.copy(shape, 0, dims, JAVA_LONG, 0, shape.length);
      api.check(
          (long)
              output.invokeExact(
                  context, (long) i, dims.address(), (long) shape.length, out.address()));
      addresses[operator.inputs() + i] = data(result());
    }
    kernels.run(operator, size, addresses);
  }

  private long result() {
    return out.get(JAVA_LONG, 0);
  }

  private long data(long value) throws Throwable {
    api.check((long) data.invokeExact(value, out.address()));
    return result();
  }

  private long[] shape(long value) throws Throwable {
    api.check((long) typeAndShape.invokeExact(value, out.address()));
    long info = result();
    try {
      api.check((long) dimensionsCount.invokeExact(info, out.address()));
      long count = result();
      if (count > MOST_DIMENSIONS) {
        throw new IllegalArgumentException("a tensor has " + count + " dimensions");
      }
      api.check((long) dimensions.invokeExact(info, dims.address(), count));
      return dims.asSlice(0, count * JAVA_LONG.byteSize()).toArray(JAVA_LONG);
    } finally {
      releaseTypeAndShape.invokeExact(info);
    }
  }
}
