package io.inkstream.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Shape;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxWriterTest {
  @Test
  void fieldsAreProtobufsWireFormat() {
    // The examples of protobuf's own description of its encoding.
    assertThat(hex(new ProtoMessage().integer(1, 150))).isEqualTo("089601");
    assertThat(hex(new ProtoMessage().text(2, "testing"))).isEqualTo("120774657374696e67");
    assertThat(hex(new ProtoMessage().message(3, new ProtoMessage().integer(1, 150))))
        .isEqualTo("1a03089601");
    assertThat(hex(new ProtoMessage().integer(1, -2))).isEqualTo("08feffffffffffffffff01");
    assertThat(hex(new ProtoMessage().float32(1, 1f))).isEqualTo("0d0000803f");
  }

  private static String hex(ProtoMessage message) {
    return HexFormat.of().formatHex(message.toByteArray());
  }

  @Test
  void whatIsWrittenReadsBack() {
    var g = new GraphBuilder("trial");
    String sum =
        g.op("Add", g.input("x", "rows", 2), g.floats("c", new Shape(2), new float[] {5, 7}));
    g.output("y", g.reshape(sum, -1, 2), "rows", 2);

    var file = OnnxFile.parse(g.build().bytes());

    assertThat(file.operators()).containsExactly("Add", "Reshape", "Identity");
    assertThat(file.weights()).isEmpty();
    assertThat(file.inputs()).containsExactly(new OnnxFile.Value("x", List.of("rows", 2L)));
    assertThat(file.outputs()).containsExactly(new OnnxFile.Value("y", List.of("rows", 2L)));
  }

  @Test
  void onnxRuntimeComputesWithConstantsAttributesAndSeveralResults() {
    var g = new GraphBuilder("trial");
    var parts = g.split(g.input("x", "rows", 4), 1, 2);
    String joined = g.concat(1, List.of(parts.get(1), parts.get(0)));
    String scaled = g.op("Mul", joined, g.scalar(0.5f));
    String transposed = g.op("Transpose", List.of(scaled), Map.of("perm", new long[] {1, 0}));
    g.output("y", g.reshape(transposed, 1, -1), "one", 4);

    float[] y = new GraphTrial(Precision.FAST).run(g.build(), 1, new float[] {1, 2, 3, 4}, 4);

    assertThat(y).containsExactly(1.5f, 2, 0.5f, 1);
  }

  @Test
  void aConstantThatIsUsedTwiceIsWrittenOnce() {
    var once = new GraphBuilder("trial");
    once.output("y", once.op("Mul", once.input("x", 1), once.scalar(3f)), 1);
    var twice = new GraphBuilder("trial");
    twice.scalar(3f);
    twice.output("y", twice.op("Mul", twice.input("x", 1), twice.scalar(3f)), 1);

    assertThat(twice.build().bytes()).isEqualTo(once.build().bytes());
  }

  @Test
  void anAttributeOfAnotherKindIsRefused() {
    var g = new GraphBuilder("trial");
    g.output("y", g.op("Add", List.of("x", "x"), Map.of("axis", 1.0)), 1);

    assertThatThrownBy(() -> g.build().bytes())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("axis is a Double");
  }
}
