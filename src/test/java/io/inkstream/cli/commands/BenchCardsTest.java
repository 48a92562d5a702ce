package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.cli.bench.CardLayout;
import io.inkstream.engine.device.Parallelism;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchCardsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void oneAndSeveralDrawTheSamePictureInTurn() throws IOException {
    var lines = run("dp2,cfg");
    for (String layout : List.of("dp2", "cfg")) {
      var of = lines.stream().filter(line -> line.get("layout").asText().equals(layout)).toList();
      assertThat(of)
          .extracting(line -> line.get("stage").asText())
          .containsExactly("load", "forward", "cancel", "picture", "drawn");
      assertThat(of.getFirst().get("gpu_memory_bytes")).hasSize(2).allMatch(n -> n.asLong() > 0);
      assertThat(of.get(1).get("difference").asDouble()).isZero();
      assertThat(of.get(3).get("same_pixels").asBoolean()).isTrue();
    }
  }

  @Test
  void aLayoutThatCannotBeIsNamedAndTheNextOneMeasured() throws IOException {
    var lines = run("ulysses2,ulysses3");
    assertThat(lines.getFirst().get("stage").asText()).isEqualTo("refused");
    assertThat(lines.getFirst().get("why").asText()).contains("must divide the model's 3 heads");
    var drawn =
        lines.stream().filter(line -> line.get("stage").asText().equals("picture")).toList();
    assertThat(drawn).singleElement();
    assertThat(drawn.getFirst().get("layout").asText()).isEqualTo("ulysses3");
    assertThat(drawn.getFirst().get("across_bytes_a_step"))
        .hasSize(3)
        .allMatch(bytes -> bytes.asLong() > 0);
  }

  private static List<JsonNode> run(String layouts) throws IOException {
    var run =
        CapturedRun.of(
            "bench",
            "cards",
            "--device=emulated",
            "--model-path=src/test/resources/goldens/tiny",
            "--size=64",
            "--steps=2",
            "--rounds=1",
            "--forwards=1",
            "--layouts=" + layouts);
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void aLayoutIsRead() {
    assertThat(CardLayout.of("cfg+ulysses2").parallelism()).isEqualTo(new Parallelism(1, 2, 2, 1));
    assertThat(CardLayout.of("dp4").parallelism()).isEqualTo(new Parallelism(4, 1, 1, 1));
    assertThat(CardLayout.of("layers3").parallelism()).isEqualTo(new Parallelism(1, 1, 1, 3));
    assertThat(CardLayout.of(4)).allMatch(layout -> layout.parallelism().cards() <= 4);
  }

  @Test
  void anotherWordIsRefused() {
    assertThatThrownBy(() -> CardLayout.of("ring2"))
        .hasMessage(
            "layout is 'ring2', must be dpN, cfg, ulyssesN, layersN, or some of them joined by +");
    assertThat(CapturedRun.of("bench", "cards", "--layouts=ring2").err())
        .startsWith("inkstream: layout is 'ring2', must be dpN");
  }
}
