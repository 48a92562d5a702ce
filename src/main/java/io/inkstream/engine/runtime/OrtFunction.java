package io.inkstream.engine.runtime;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;

/// The functions of ONNX Runtime's C API that are called here: their places in the table `OrtApi`,
/// which never change, and their parameters.
///
/// A parameter is an address (A), an `int` (I), a `size_t` (L) or a `bool` (Z). All but those that
/// release something return an address, mostly that of a status.
enum OrtFunction {
  CREATE_STATUS(0, "IA"),
  GET_ERROR_MESSAGE(2, "A"),
  CREATE_SESSION_FROM_ARRAY(8, "AALAA"),
  CREATE_SESSION_OPTIONS(10, "A"),
  ENABLE_PROFILING(14, "AA"),
  SET_SESSION_LOG_SEVERITY(22, "AI"),
  SET_OPTIMIZATION_LEVEL(23, "AI"),
  CREATE_CUSTOM_OP_DOMAIN(26, "AA"),
  CUSTOM_OP_DOMAIN_ADD(27, "AA"),
  ADD_CUSTOM_OP_DOMAIN(28, "AA"),
  SESSION_INPUT_COUNT(30, "AA"),
  SESSION_OUTPUT_COUNT(31, "AA"),
  SESSION_INPUT_NAME(36, "ALAA"),
  SESSION_OUTPUT_NAME(37, "ALAA"),
  CREATE_RUN_OPTIONS(39, "A"),
  RUN_OPTIONS_SET_TERMINATE(46, "A"),
  CREATE_TENSOR_WITH_DATA(49, "AALALIA"),
  TENSOR_DATA(51, "AA"),
  DIMENSIONS_COUNT(61, "AA"),
  DIMENSIONS(62, "AAL"),
  TENSOR_TYPE_AND_SHAPE(65, "AA"),
  CREATE_MEMORY_INFO(68, "AIIIA"),
  ALLOCATOR_FREE(76, "AA"),
  DEFAULT_ALLOCATOR(78, "A"),
  KERNEL_CONTEXT_INPUT(90, "ALA"),
  KERNEL_CONTEXT_OUTPUT(91, "ALALA"),
  RELEASE_STATUS(93, "A", false),
  RELEASE_SESSION(95, "A", false),
  RELEASE_VALUE(96, "A", false),
  RELEASE_RUN_OPTIONS(97, "A", false),
  RELEASE_TENSOR_TYPE_AND_SHAPE(99, "A", false),
  RELEASE_SESSION_OPTIONS(100, "A", false),
  SESSION_END_PROFILING(110, "AAA"),
  CREATE_ENV_WITH_GLOBAL_POOLS(119, "IAAA"),
  DISABLE_PER_SESSION_THREADS(120, "A"),
  CREATE_THREADING_OPTIONS(121, "A"),
  RELEASE_THREADING_OPTIONS(122, "A", false),
  ADD_SESSION_CONFIG(130, "AAA"),
  RUN_WITH_BINDING(133, "AAA"),
  CREATE_IO_BINDING(134, "AA"),
  RELEASE_IO_BINDING(135, "A", false),
  BIND_INPUT(136, "AAA"),
  BIND_OUTPUT(137, "AAA"),
  SET_INTRA_OP_THREADS(147, "AI"),
  SET_INTER_OP_THREADS(148, "AI"),
  SET_SPIN_CONTROL(149, "AI"),
  ADD_RUN_CONFIG(165, "AAA"),
  APPEND_CUDA(204, "AA"),
  CREATE_CUDA_OPTIONS(205, "A"),
  UPDATE_CUDA_OPTIONS(206, "AAAL"),
  RELEASE_CUDA_OPTIONS(208, "A", false),
  UPDATE_CUDA_OPTION_WITH_VALUE(263, "AAA"),
  SET_DETERMINISTIC_COMPUTE(273, "AZ");

  private final int place;
  private final String parameters;
  private final boolean returns;

  OrtFunction(int place, String parameters) {
    this(place, parameters, true);
  }

  OrtFunction(int place, String parameters, boolean returns) {
    this.place = place;
    this.parameters = parameters;
    this.returns = returns;
  }

  int place() {
    return place;
  }

  FunctionDescriptor descriptor() {
    MemoryLayout[] layouts =
        parameters.chars().mapToObj(OrtFunction::layout).toArray(MemoryLayout[]::new);
    return returns
        ? FunctionDescriptor.of(ValueLayout.ADDRESS, layouts)
        : FunctionDescriptor.ofVoid(layouts);
  }

  /// The same with numbers for addresses.
  FunctionDescriptor exactDescriptor() {
    MemoryLayout[] layouts =
        parameters
            .chars()
            .mapToObj(OrtFunction::layout)
            .map(layout -> layout.equals(ValueLayout.ADDRESS) ? ValueLayout.JAVA_LONG : layout)
            .toArray(MemoryLayout[]::new);
    return returns
        ? FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts)
        : FunctionDescriptor.ofVoid(layouts);
  }

  private static MemoryLayout layout(int parameter) {
    return switch (parameter) {
      case 'A' -> ValueLayout.ADDRESS;
      case 'I' -> ValueLayout.JAVA_INT;
      case 'L' -> ValueLayout.JAVA_LONG;
      case 'Z' -> ValueLayout.JAVA_BOOLEAN;
      default -> throw new IllegalArgumentException(String.valueOf((char) parameter));
    };
  }
}
