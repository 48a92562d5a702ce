package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.kernel.LinearOperator;
import io.inkstream.engine.kernel.Operator;
import io.inkstream.engine.kernel.PairOperator;
import io.inkstream.engine.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// The [Operator]s as ONNX Runtime knows operators: a domain, and for each operator a table of
/// functions `OrtCustomOp` that the library calls. They stay for the life of the process.
final class CustomOperators {
  /// The version of `OrtCustomOp` whose fields are filled in below, as it was in ONNX Runtime 1.17.
  private static final int TABLE_VERSION = 17;

  private static final int FIELDS = 23;
  private static final int REQUIRED = 0; // INPUT_OUTPUT_REQUIRED
  private static final int DEVICE_MEMORY = 0; // OrtMemTypeDefault

  private static final MethodHandle CREATE_KERNEL =
      handle(
          "createKernel",
          MethodType.methodType(
              MemorySegment.class,
              MemorySegment.class,
              MemorySegment.class,
              MemorySegment.class,
              MemorySegment.class));
  private static final MethodHandle RUN =
      handle(
          "run",
          MethodType.methodType(
              long.class, OperatorRuns.class, Operator.class, long.class, long.class));
  private static final MethodHandle TYPE =
      handle(
          "type", MethodType.methodType(int.class, int[].class, MemorySegment.class, long.class));

  private final MemorySegment provider;
  private final DType element;
  private final UnaryOperator<MemorySegment> wrapping;

  private CustomOperators(String provider, DType element, UnaryOperator<MemorySegment> wrapping) {
    this.wrapping = wrapping;
    this.provider = Arena.global().allocateFrom(provider);
    this.element = element;
  }

  /// Makes the domain with all operators.
  ///
  /// @param provider which of the library's execution providers runs them
  /// @param element in which graphs compute
  /// @param wrapping what is put around the functions that run them
  static long domain(
      String provider, DType element, OperatorRuns runs, UnaryOperator<MemorySegment> wrapping) {
    OrtApi api = runs.api();
    var operators = new CustomOperators(provider, element, wrapping);
    long name = CText.of(Operator.DOMAIN, Arena.global());
    long domain = api.get(OrtFunction.CREATE_CUSTOM_OP_DOMAIN, name);
    for (Operator operator : all()) {
      api.call(OrtFunction.CUSTOM_OP_DOMAIN_ADD, domain, operators.table(operator, runs).address());
    }
    return domain;
  }

  private static List<Operator> all() {
    List<Operator> all = new ArrayList<>(List.of(FusedOperator.values()));
    all.addAll(List.of(LinearOperator.values()));
    all.addAll(List.of(PairOperator.values()));
    return all;
  }

  private MemorySegment table(Operator operator, OperatorRuns runs) {
    MemorySegment table = Arena.global().allocate(ADDRESS, FIELDS);
    MemorySegment name = Arena.global().allocateFrom(operator.operator());
    table.set(JAVA_INT, 0, TABLE_VERSION);
    List<MemorySegment> functions =
        List.of(
            MemorySegment.NULL, // CreateKernel: its second version is below
            constant(name, ADDRESS),
            constant(provider, ADDRESS),
            types(operator.inputs()),
            constant((long) operator.inputs().size(), ADDRESS),
            types(operator.outputs()),
            constant((long) operator.outputs().size(), ADDRESS),
            MemorySegment.NULL, // KernelCompute: its second version is below
            constant(ADDRESS), // KernelDestroy: a kernel is no more than its operator
            constant(REQUIRED, ADDRESS, JAVA_LONG),
            constant(REQUIRED, ADDRESS, JAVA_LONG),
            constant(DEVICE_MEMORY, ADDRESS, JAVA_LONG),
            constant(0, ADDRESS), // four questions about variadic parameters
            constant(0, ADDRESS),
            constant(0, ADDRESS),
            constant(0, ADDRESS),
            stub(CREATE_KERNEL, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
            wrapping.apply(
                stub(
                    MethodHandles.insertArguments(RUN, 0, runs, operator),
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_LONG)),
            MemorySegment.NULL, // InferOutputShapeFn: extents are known at run time only
            constant(Operator.VERSION, ADDRESS),
            constant(Integer.MAX_VALUE, ADDRESS));
    for (int i = 0; i < functions.size(); i++) {
      table.setAtIndex(ADDRESS, i + 1L, functions.get(i));
    }
    return table;
  }

  /// A function that tells an operand's type by its index.
  private MemorySegment types(List<Operator.Numbers> operands) {
    int[] types = operands.stream().mapToInt(this::type).toArray();
    return stub(MethodHandles.insertArguments(TYPE, 0, types), JAVA_INT, ADDRESS, JAVA_LONG);
  }

  private int type(Operator.Numbers numbers) {
    return ElementType.number(
        switch (numbers) {
          case ELEMENT -> element;
          case FLOAT8 -> DType.F8_E4M3;
          case INT8 -> DType.I8;
          case FLOAT32 -> DType.F32;
        });
  }

  @SuppressWarnings("unused") // called by the library
  private static int type(int[] types, MemorySegment operator, long index) {
    return types[(int) index];
  }

  private static MethodHandle handle(String name, MethodType type) {
    try {
      return MethodHandles.lookup().findStatic(CustomOperators.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings({"restricted", "unused"}) // called by the library
  private static MemorySegment createKernel(
      MemorySegment operator, MemorySegment api, MemorySegment info, MemorySegment kernel) {
    kernel.reinterpret(ADDRESS.byteSize()).set(ADDRESS, 0, operator);
    return MemorySegment.NULL;
  }

  @SuppressWarnings("unused") // called by the library
  private static long run(OperatorRuns runs, Operator operator, long kernel, long context) {
    try {
      runs.run(operator, context);
      return 0;
    } catch (Throwable e) { // what leaves a call from C ends the process
      return runs.api().failure(operator.operator() + ": " + e);
    }
  }

  /// A function that returns nothing.
  private static MemorySegment constant(ValueLayout parameter) {
    MethodHandle nothing = MethodHandles.zero(void.class);
    return stub(
        MethodHandles.dropArguments(nothing, 0, parameter.carrier()),
        FunctionDescriptor.ofVoid(parameter));
  }

  /// A function that returns the same for whatever it is given.
  private static MemorySegment constant(Object value, ValueLayout... parameters) {
    ValueLayout result =
        switch (value) {
          case Integer _ -> JAVA_INT;
          case Long _ -> JAVA_LONG;
          default -> ADDRESS;
        };
    Class<?>[] types =
        List.of(parameters).stream().map(ValueLayout::carrier).toArray(Class<?>[]::new);
    MethodHandle same = MethodHandles.constant(result.carrier(), value);
    return stub(
        MethodHandles.dropArguments(same, 0, types), FunctionDescriptor.of(result, parameters));
  }

  private static MemorySegment stub(
      MethodHandle handle, MemoryLayout result, MemoryLayout... parameters) {
    return stub(handle, FunctionDescriptor.of(result, parameters));
  }

  @SuppressWarnings("restricted")
  private static MemorySegment stub(MethodHandle handle, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().upcallStub(handle, descriptor, Arena.global());
  }
}
