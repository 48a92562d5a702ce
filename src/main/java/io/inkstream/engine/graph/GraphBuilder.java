package io.inkstream.engine.graph;

import io.inkstream.engine.kernel.Operator;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Collects one graph: values are known by name, each operation returns the name of its result.
///
/// A graph computes in one element type, float32 or bfloat16.
public final class GraphBuilder {
  static final String MICROSOFT = "com.microsoft";

  private final String name;
  private final DType element;
  private final GraphWeights weights;
  private final Optional<SideBranches> sideBranches;
  private final Set<String> domains = new LinkedHashSet<>(Set.of(MICROSOFT));
  private List<Node> nodes = new ArrayList<>();
  private final Map<String, ProtoMessage> constants = new LinkedHashMap<>();
  private final Map<String, ProtoMessage> inputs = new LinkedHashMap<>();
  private final List<ProtoMessage> outputs = new ArrayList<>();
  private final Map<String, Integer> widths = new HashMap<>();
  private final Map<String, List<String>> quantized = new HashMap<>();
  private int values;

  /// A graph that computes in float32.
  public GraphBuilder(String name) {
    this(name, DType.F32);
  }

  /// @param element in which the graph computes
  public GraphBuilder(String name, DType element) {
    this(name, element, null);
  }

  /// @param binding how its weights become inputs; null: they do not
  public GraphBuilder(String name, DType element, @Nullable Binding binding) {
    this(name, element, binding, false);
  }

  /// @param adaptable whether adapters may stand beside its linear layers
  public GraphBuilder(String name, DType element, @Nullable Binding binding, boolean adaptable) {
    this.name = name;
    this.element = element;
    this.weights = new GraphWeights(element, binding);
    this.sideBranches = adaptable ? Optional.of(new SideBranches(this)) : Optional.empty();
  }

  /// Declares an input of the graph's element type; an extent is a number or the name of a free
  /// one.
  public String input(String input, Object... extents) {
    inputs.put(input, OnnxWriter.value(input, element, extents));
    if (extents[extents.length - 1] instanceof Number width) {
      widths.put(input, width.intValue());
    }
    return input;
  }

  /// The last extent of an input of the graph's element type, if it is a number.
  Optional<Integer> width(String input) {
    return Optional.ofNullable(widths.get(input));
  }

  /// Declares a float32 input; the result has the graph's element type.
  public String floatInput(String input, Object... extents) {
    return narrowed(plainFloatInput(input, extents));
  }

  /// Declares a float32 input that stays one.
  public String plainFloatInput(String input, Object... extents) {
    inputs.put(input, OnnxWriter.value(input, DType.F32, extents));
    return input;
  }

  /// Gives a value another name.
  void named(String name, String value) {
    add(new Node("", "Identity", List.of(value), List.of(name), Map.of()));
  }

  void add(Node node) {
    nodes.add(node);
  }

  /// Makes `value` an output called `output`, of the graph's element type.
  public void output(String output, String value, Object... extents) {
    named(output, value);
    outputs.add(OnnxWriter.value(output, element, extents));
  }

  /// Makes `value` a float32 output called `output`.
  public void floatOutput(String output, String value, Object... extents) {
    plainFloatOutput(output, widened(value), extents);
  }

  /// Makes the float32 `value` an output called `output`.
  public void plainFloatOutput(String output, String value, Object... extents) {
    named(output, value);
    outputs.add(OnnxWriter.value(output, DType.F32, extents));
  }

  /// A value of the graph's element type as float32.
  public String widened(String value) {
    return element == DType.F32 ? value : cast(value, DType.F32);
  }

  /// A float32 value in the graph's element type.
  public String narrowed(String value) {
    return element == DType.F32 ? value : cast(value, element);
  }

  /// Whole numbers that came as float32, as 64-bit integers.
  public String integers(String value) {
    return cast(value, DType.I64);
  }

  private String cast(String value, DType to) {
    return op("Cast", List.of(value), Map.of("to", OnnxWriter.dataType(to)));
  }

  /// An operation of the ONNX standard with one result.
  public String op(String operator, List<String> operands, Map<String, Object> attributes) {
    return add("", operator, operands, 1, attributes).getFirst();
  }

  public String op(String operator, String... operands) {
    return op(operator, List.of(operands), Map.of());
  }

  /// An operation of ONNX Runtime's own domain with one result.
  public String microsoft(String operator, List<String> operands, Map<String, Object> attributes) {
    return add(MICROSOFT, operator, operands, 1, attributes).getFirst();
  }

  /// An operation of our own, with its results.
  public List<String> own(Operator operator, List<String> operands) {
    domains.add(Operator.DOMAIN);
    String name = operator.operator();
    return add(Operator.DOMAIN, name, operands, operator.outputs().size(), Map.of());
  }

  /// Cuts `value` along `axis` into `parts` equal parts.
  public List<String> split(String value, int axis, int parts) {
    return add("", "Split", List.of(value), parts, Map.of("axis", axis, "num_outputs", parts));
  }

  /// Cuts `value` along `axis`; `lengths` names a list of extents.
  public List<String> split(String value, int axis, String lengths, int parts) {
    return add("", "Split", List.of(value, lengths), parts, Map.of("axis", axis));
  }

  public String concat(int axis, List<String> parts) {
    return op("Concat", parts, Map.of("axis", axis));
  }

  /// The same numbers in another shape; one extent may be -1, and 0 keeps the value's own.
  public String reshape(String value, long... extents) {
    return op("Reshape", value, longs(extents));
  }

  /// The same numbers with the axes in another order.
  public String transposed(String value, long... order) {
    return op("Transpose", List.of(value), Map.of("perm", order));
  }

  /// An extent of a value, as a list of one integer.
  public String extent(String value, int axis) {
    return op("Shape", List.of(value), Map.of("start", axis, "end", axis + 1));
  }

  /// `value · weightᵀ`, and what else is given added.
  public String gemm(List<String> operands) {
    return op("Gemm", operands, Map.of("transB", 1));
  }

  /// The value in integers of 8 bits, their scale and their zero: for all of it one.
  List<String> quantized(String value) {
    return quantized.computeIfAbsent(
        value, all -> add("", "DynamicQuantizeLinear", List.of(all), 3, Map.of()));
  }

  /// `value · sigmoid(value)`.
  public String silu(String value) {
    return microsoft("QuickGelu", List.of(value), Map.of("alpha", 1f));
  }

  /// A list of integers known now.
  public String longs(long... numbers) {
    String constant = "longs" + Arrays.toString(numbers).replace(" ", "");
    return constant(constant, OnnxWriter.longs(constant, new Shape(numbers.length), numbers));
  }

  /// A list of many integers known now.
  public String longs(String constant, long[] numbers) {
    return constant(constant, OnnxWriter.longs(constant, new Shape(numbers.length), numbers));
  }

  /// One integer known now, as a scalar.
  public String scalar(long number) {
    String constant = "long:" + number;
    return constant(constant, OnnxWriter.longs(constant, new Shape(), new long[] {number}));
  }

  /// One number known now, as a scalar.
  public String scalar(float number) {
    String constant = "float:" + number;
    return constant(constant, OnnxWriter.floats(constant, new Shape(), new float[] {number}));
  }

  /// Numbers known now.
  public String floats(String constant, Shape shape, float[] numbers) {
    return constant(constant, OnnxWriter.floats(constant, shape, numbers));
  }

  private String constant(String constant, ProtoMessage tensor) {
    constants.putIfAbsent(constant, tensor);
    return constant;
  }

  private List<String> add(
      String domain,
      String operator,
      List<String> operands,
      int results,
      Map<String, Object> attributes) {
    List<String> names = new ArrayList<>(results);
    for (int i = 0; i < results; i++) {
      names.add("v" + values++);
    }
    add(new Node(domain, operator, operands, names, attributes));
    return names;
  }

  /// What `part` makes of each number from 0 below `count`, one after the other along a new first
  /// axis. The parts are of one shape; each is let go of before the next is made, all but its
  /// result.
  ///
  /// @param count a list of one integer
  /// @param extents of a part's result: a number, or the name of a free one
  String each(String count, UnaryOperator<String> part, Object... extents) {
    List<Node> around = nodes;
    nodes = new ArrayList<>();
    String loop = "v" + values++;
    String number = loop + ".number";
    String goesOn = loop + ".goes_on";
    String result = part.apply(number);
    String still = op("Identity", goesOn);
    var body =
        OnnxWriter.body(
            loop,
            messages(nodes),
            List.of(OnnxWriter.value(number, DType.I64), OnnxWriter.value(goesOn, DType.BOOL)),
            List.of(
                OnnxWriter.value(still, DType.BOOL), OnnxWriter.value(result, element, extents)));
    nodes = around;
    return op("Loop", List.of(op("Squeeze", count), ""), Map.of("body", body));
  }

  GraphWeights weights() {
    return weights;
  }

  /// Whether its weights are inputs, as on a device.
  public boolean weightsAreInputs() {
    return weights.areInputs();
  }

  /// Where adapters stand, if they may.
  Optional<SideBranches> sideBranches() {
    return sideBranches;
  }

  public OnnxModel build() {
    List<AdaptedLinear> linears = sideBranches.map(SideBranches::linears).orElse(List.of());
    return new OnnxModel(
        name, inputs.keySet(), weights.files(), weights.given(), linears, this::write);
  }

  /// The same with weights that are inputs.
  public BoundBlock buildBound() {
    return new BoundBlock(build(), weights.bound());
  }

  private synchronized byte[] write(Function<Path, String> location, Operators operators) {
    // First, since it adds constants.
    List<ProtoMessage> written = messages(nodes(operators));
    return OnnxWriter.model(
        name,
        joined(weights.conversions(), written),
        joined(constants.values(), weights.initializers(location)),
        joined(inputs.values(), weights.inputs()),
        outputs,
        domains);
  }

  private List<Node> nodes(Operators operators) {
    return switch (operators) {
      case ALL -> nodes;
      case PROCESSOR -> element == DType.F32 ? written(new ProcessorOperators(this)::write) : nodes;
      case STANDARD -> written(new StandardOperators(this)::write);
    };
  }

  private List<Node> written(Consumer<Node> writer) {
    List<Node> all = nodes;
    nodes = new ArrayList<>();
    try {
      all.forEach(writer);
      return nodes;
    } finally {
      nodes = all;
    }
  }

  private static List<ProtoMessage> messages(List<Node> nodes) {
    return nodes.stream().map(Node::message).toList();
  }

  private static List<ProtoMessage> joined(
      Collection<ProtoMessage> some, Collection<ProtoMessage> more) {
    List<ProtoMessage> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }
}
