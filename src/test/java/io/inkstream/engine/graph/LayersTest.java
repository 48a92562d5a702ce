package io.inkstream.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.inkstream.engine.tensor.BFloat16;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.SafetensorsBuilder;
import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A layer `[3 out, 2 in]` whose numbers every type of weights holds exactly.
class LayersTest {
  private static final float[] WEIGHT = {1, -2, 0.5f, 4, -8, 0.25f};
  private static final float[] BIAS = {1, 0, -0.5f};
  private static final float[] X = {3, 2, -1, 0.5f};
  private static final float[] PRODUCT = {-1, 9.5f, -23.5f, -2, 1.5f, 8.125f};

  @TempDir private Path temp;
  private final Map<String, TensorEntry> tensors = new HashMap<>();

  @BeforeEach
  void writeConfig() throws IOException {
    Files.writeString(temp.resolve("config.json"), "{\"_class_name\":\"Net\"}");
  }

  private void add(String folder, DType type, String name, float[] values, long... shape) {
    try {
      Path file = Files.createDirectories(temp.resolve(folder)).resolve(name + ".safetensors");
      SafetensorsBuilder.file().tensor(name, type, bytes(values, type), shape).writeTo(file);
      tensors.putAll(SafetensorsFile.open(file).tensors());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(float[] values, DType type) {
    var bytes = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (type) {
        case F32 -> bytes.putFloat(value);
        case F16 -> bytes.putShort(Float.floatToFloat16(value));
        case BF16 -> bytes.putShort(BFloat16.fromFloat(value));
        default -> bytes.put(new byte[type.bytes()]);
      }
    }
    return bytes.array();
  }

  private Component component() {
    add("", DType.F32, "unused", BIAS, 3);
    return new Component(temp, Component.open(temp).config(), tensors);
  }

  private OnnxModel graph(BiFunction<Layers, String, String> layer) {
    var g = new GraphBuilder("trial");
    g.output(
        "y", layer.apply(new Layers(g, component(), "net."), g.input("x", "rows", 2)), "rows", 3);
    return g.build();
  }

  static Stream<Arguments> typesAndPrecisions() {
    return Stream.of(DType.F32, DType.F16, DType.BF16)
        .flatMap(stored ->
            Precision.onProcessor().stream().map(precision -> arguments(stored, precision)));
  }

  @ParameterizedTest
  @MethodSource("typesAndPrecisions")
  void aLinearLayerIsTheProductWithItsWeightAndItsBias(DType stored, Precision precision) {
    add("w", stored, "net.a.weight", WEIGHT, 3, 2);
    add("w", stored, "net.a.bias", BIAS, 3);
    var trial = new GraphTrial(precision);

    float[] y = trial.run(graph((layers, x) -> layers.linear("a", 2, 3).of(x)), 2, X, 3);
    float[] product = trial.run(graph((layers, x) -> layers.linear("a", 2, 3).product(x)), 2, X, 3);

    assertThat(product).containsExactly(PRODUCT);
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i]).isEqualTo(PRODUCT[i] + BIAS[i % 3]);
    }
  }

  @Test
  void weightAndBiasMayLieInFilesOfDifferentFoldersAndTypes() {
    add("here/deep", DType.BF16, "net.a.weight", WEIGHT, 3, 2);
    add("there", DType.F32, "net.a.bias", BIAS, 3);
    OnnxModel model = graph((layers, x) -> layers.linear("a", 2, 3).of(x));

    assertThat(model.weightFiles()).hasSize(2);
    assertThat(OnnxFile.parse(model.bytes()).weights())
        .extracting(OnnxFile.External::location)
        .containsExactlyInAnyOrder(
            "here/deep/net.a.weight.safetensors", "there/net.a.bias.safetensors");
    assertThat(new GraphTrial(Precision.FAST).run(model, 2, X, 3)[0]).isEqualTo(0f);
  }

  @Test
  void aWeightThatIsUsedTwiceIsDeclaredAndWidenedOnce() {
    add("w", DType.F16, "net.a.weight", WEIGHT, 3, 2);
    var model =
        graph((layers, x) -> {
          var a = layers.linear("a", 2, 3);
          return layers.g().op("Add", a.product(x), a.product(x));
        });
    var file = OnnxFile.parse(model.bytes());

    assertThat(file.weights()).hasSize(1);
    assertThat(file.operators()).containsExactly("Cast", "Gemm", "Gemm", "Add", "Identity");
  }

  @Test
  void rmsNormDividesByTheRootOfTheMeanSquare() {
    add("w", DType.BF16, "net.norm.weight", new float[] {1, 2}, 2);
    var g = new GraphBuilder("trial");
    var layers = new Layers(g, component()).in("net.");
    g.output("y", layers.rmsNorm("norm", g.input("x", "rows", 2), 2, 0), "rows", 2);

    float[] y = new GraphTrial(Precision.FAST).run(g.build(), 1, new float[] {1, 7}, 2);

    assertThat(y).usingComparatorWithPrecision(1e-6f).containsExactly(0.2f, 2.8f);
  }

  @Test
  void stackedLayersAreOneInputWithTheirRowsOneAfterTheOther() {
    for (String name : List.of("q", "k", "v")) {
      add(name, DType.BF16, "net." + name + ".weight", WEIGHT, 3, 2);
      add(name, DType.F32, "net." + name + ".bias", BIAS, 3);
    }
    var g = new GraphBuilder("trial", DType.F32, new Binding("net.", true));
    var layers = new Layers(g, component(), "net.");
    var stacked = layers.stacked("qkv", List.of("q", "k", "v"), 2, 3);
    String sum = g.op("Add", stacked.product(g.input("x", "rows", 2)), stacked.bias());
    g.output("y", sum, "rows", 9);

    BoundBlock block = g.buildBound();

    assertThat(block.weights()).containsOnlyKeys("qkv.weight", "qkv.bias");
    assertThat(block.weights().get("qkv.weight").entries())
        .extracting(TensorEntry::name)
        .containsExactly("net.q.weight", "net.k.weight", "net.v.weight");
    assertThat(OnnxFile.parse(block.model().bytes()).inputs())
        .extracting(OnnxFile.Value::toString)
        .containsExactly(
            "Value[name=x, extents=[rows, 2]]",
            "Value[name=qkv.weight, extents=[9, 2]]",
            "Value[name=qkv.bias, extents=[9]]");
    assertThat(block.model().weightFiles()).isEmpty();
  }

  @Test
  void stackedLayersOfDifferentTypesAreRefused() {
    add("w", DType.BF16, "net.q.weight", WEIGHT, 3, 2);
    add("w", DType.F16, "net.k.weight", WEIGHT, 3, 2);
    var layers =
        new Layers(
            new GraphBuilder("trial", DType.F32, new Binding("net.", true)), component(), "net.");

    assertThatThrownBy(() -> layers.stacked("qk", List.of("q", "k"), 2, 3).product("x"))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("net.k.weight is F16, must be BF16 as net.q.weight");
  }

  @Test
  void weightsThatNoGraphReadsComeInItsElementTypeWhateverTheyAreStoredIn() {
    add("w", DType.F8_E4M3, "net.q.weight", WEIGHT, 3, 2);
    add("w", DType.BF16, "net.k.weight", WEIGHT, 3, 2);
    var g = new GraphBuilder("trial", DType.F32, new Binding("net.", false));
    new Layers(g, component(), "net.").stacked("qk", List.of("q", "k"), 2, 3).product("x");

    assertThat(g.buildBound().weights().get("qk.weight").type()).isEqualTo(DType.F32);

    var alone = new GraphBuilder("trial");
    new Layers(alone, component(), "net.").weight("q.weight", 3, 2);
    assertThat(alone.build().given()).containsOnlyKeys("net.q.weight");
    assertThat(alone.build().weightFiles()).isEmpty();
  }

  @Test
  void aMissingTensorAWrongShapeAndAForeignTypeAreRefusedByName() {
    add("w", DType.F32, "net.wide.weight", WEIGHT, 2, 3);
    add("w", DType.I32, "net.whole.weight", WEIGHT, 3, 2);

    assertRefused("lost", "net.lost.weight", "is missing");
    assertRefused("wide", "net.wide.weight", "shape is [2, 3], must be [3, 2]");
    assertRefused("whole", "net.whole.weight", "dtype is I32, must be F32, F16, BF16");
  }

  private void assertRefused(String layer, String... words) {
    assertThatThrownBy(() -> graph((layers, x) -> layers.linear(layer, 2, 3).of(x)))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContainingAll(words);
  }
}
