package io.inkstream.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class LoraFileTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final Path ADAPTERS = GOLDENS.resolve("lora/lora");
  private static final Path REFUSED = GOLDENS.resolve("lora/refusals");

  private final Linears linears = Linears.of(Component.open(GOLDENS.resolve("tiny/transformer")));

  @TempDir Path dir;

  @Test
  void theModelsLinearLayersAreFourteenOfABlockAndSixAround() {
    assertThat(linears.weights()).hasSize(10 * 14 + 6);
    assertThat(linears.byFlatName()).hasSize(10 * 14 + 6);
    assertThat(linears.byFlatName().get("transformer_blocks_9_img_mlp_net_0_proj"))
        .isEqualTo("transformer_blocks.9.img_mlp.net.0.proj");
  }

  @TestFactory
  Stream<DynamicTest> everyFormOfKeysSaysTheSame() throws IOException {
    Map<String, Map<String, String>> first = new HashMap<>();
    try (var files = Files.list(ADAPTERS)) {
      return files.sorted().toList().stream()
          .map(file ->
              DynamicTest.dynamicTest(
                  file.getFileName().toString(),
                  () -> {
                    String adapter = file.getFileName().toString().split("\\.")[0];
                    var said = said(LoraFile.open(file, linears));
                    assertThat(said).isNotEmpty();
                    assertThat(said).isEqualTo(first.computeIfAbsent(adapter, ignored -> said));
                  }));
    }
  }

  private static Map<String, String> said(LoraFile adapter) {
    Map<String, String> said = new HashMap<>();
    adapter
        .pairs()
        .forEach((module, pair) ->
            said.put(module, pair.down().shape() + " " + pair.up().shape() + " " + pair.scale()));
    return said;
  }

  @Test
  void alphaIsDividedByEachModulesOwnRank() {
    var uneven = LoraFile.open(ADAPTERS.resolve("uneven.down_up_dm.safetensors"), linears);
    assertThat(uneven.pairs().values().stream().map(LoraPair::rank).distinct().count())
        .isGreaterThan(1);
    var halved = LoraFile.open(ADAPTERS.resolve("halved.down_up_bare.safetensors"), linears);
    assertThat(halved.pairs().values()).allMatch(pair -> pair.scale() == 0.5);
    var plain = LoraFile.open(ADAPTERS.resolve("style.ab_bare.safetensors"), linears);
    assertThat(plain.pairs().values()).allMatch(pair -> pair.scale() == 1);
  }

  @Test
  void aFolderOfPeftsHasItsAlphaBesideTheFile() throws IOException {
    Files.copy(
        ADAPTERS.resolve("style.base_model.safetensors"), dir.resolve("adapter_model.safetensors"));
    Files.writeString(
        dir.resolve("adapter_config.json"),
        """
        {"r": 4, "lora_alpha": 8, "use_rslora": true,
         "alpha_pattern": {"transformer_blocks.0.attn.to_q": 2, "attn.to_k": 6}}
        """);
    var pairs = LoraFile.open(dir, linears).pairs();
    pairs.forEach((module, pair) -> {
      double alpha =
          module.equals("transformer_blocks.0.attn.to_q")
              ? 2
              : module.endsWith("attn.to_k") ? 6 : 8;
      assertThat(pair.scale()).isCloseTo(alpha / Math.sqrt(pair.rank()), within(1e-12));
    });
  }

  @Test
  void aFolderWithSeveralAdaptersNamesThem() throws IOException {
    for (String name : new String[] {"a.safetensors", "b.safetensors"}) {
      Files.copy(ADAPTERS.resolve("style.ab_bare.safetensors"), dir.resolve(name));
    }
    assertThatThrownBy(() -> LoraFile.open(dir, linears))
        .hasMessageEndingWith(
            "has several adapters: a.safetensors, b.safetensors; name one of the files");
    assertThatThrownBy(() -> LoraFile.open(Files.createDirectory(dir.resolve("empty")), linears))
        .hasMessageEndingWith("has no *.safetensors, must have an adapter; it has nothing");
  }

  @TestFactory
  Stream<DynamicTest> whatIsNotUnderstoodIsRefusedByItsKey() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(REFUSED.resolve("refusals.json").toFile());
    return StreamSupport.stream(cases.spliterator(), false)
        .map(bad ->
            DynamicTest.dynamicTest(
                bad.get("file").asText(),
                () -> {
                  Path file = REFUSED.resolve(bad.get("file").asText());
                  var refusal =
                      catchThrowableOfType(
                          SnapshotException.class, () -> LoraFile.open(file, linears));
                  assertThat(refusal).hasMessageStartingWith(file + ": ");
                  assertThat(refusal.getMessage()).doesNotContain("\n");
                  bad.get("must_say")
                      .forEach(word -> assertThat(refusal).hasMessageContaining(word.asText()));
                }));
  }

  @Test
  void ofFiveHundredDamagedFilesEachOpensRightlyOrIsRefusedInOneLine() throws IOException {
    byte[] good = Files.readAllBytes(ADAPTERS.resolve("halved.lora_unet.safetensors"));
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(19);
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      Path file = Files.write(dir.resolve("damaged.safetensors"), damaged(good, random));
      try {
        var adapter = new LoraWeights.Weighted(LoraFile.open(file, linears), 0.7);
        readAll(new LoraWeights(List.of(adapter)));
      } catch (SnapshotException e) {
        assertThat(e.getMessage()).contains("damaged.safetensors").doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  private void readAll(LoraWeights weights) {
    linears
        .weights()
        .forEach((module, weight) ->
            weights.of(new WeightReader(), module, weight.dim(1), weight.dim(0)));
  }

  /// Cut, or with some bytes of its header or anywhere replaced.
  private static byte[] damaged(byte[] good, RandomGenerator random) {
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(good, random.nextInt(good.length));
    }
    byte[] bad = good.clone();
    int header = 8 + ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt();
    for (int i = random.nextInt(1, 8); i > 0; i--) {
      int reach = random.nextInt(5) == 0 ? bad.length : header;
      bad[random.nextInt(reach)] = (byte) random.nextInt(256);
    }
    return bad;
  }
}
