package io.inkstream.server.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.PngText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GenerationParametersTest {
  private static Map<String, Object> panda() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("prompt", "a 🐼, eating 竹子");
    settings.put("negative_prompt", "blurry");
    settings.put("num_inference_steps", 20);
    settings.put("true_cfg_scale", 4.0);
    settings.put("seed", 42L);
    settings.put("width", 256);
    settings.put("height", 192);
    settings.put("model", "qwen-image");
    return settings;
  }

  private static String parameters(Map<String, Object> settings) {
    return GenerationParameters.texts(settings).get("parameters");
  }

  @Test
  void mapsStandInTheJsonAlone() {
    var texts =
        GenerationParameters.texts(
            Map.of("prompt", "a", "cache", "name", "cache_dit_params", Map.of("mc", 3)));
    assertThat(texts.get("parameters")).endsWith("Cache: name");
    assertThat(texts.get("inkstream")).contains("\"cache_dit_params\": {\"mc\": 3}");
  }

  @Test
  void theSettingsStandInTheFormOfTheWebUi() {
    assertThat(parameters(panda()))
        .isEqualTo(
            """
            a 🐼, eating 竹子
            Negative prompt: blurry
            Steps: 20, Sampler: Euler, CFG scale: 4, Seed: 42, Size: 256x192, Model: qwen-image\
            """);
  }

  @Test
  void otherSettingsFollowInOrderAndAreQuotedWhereNeeded() {
    Map<String, Object> settings = panda();
    settings.put("cache_dit", "DBCache_F1B0, W4");
    settings.put("lora", List.of("a", "b"));
    settings.put("note", "say \"hi\"");
    settings.put("fp8", false);
    settings.put("strength", 0.25);
    settings.put("absent", null);
    assertThat(parameters(settings))
        .endsWith(
            ", Model: qwen-image, Cache dit: \"DBCache_F1B0, W4\", Lora: \"[\\\"a\\\","
                + " \\\"b\\\"]\", Note: \"say \\\"hi\\\"\", Fp8: false, Strength: 0.25");
  }

  @Test
  void whatIsAbsentLeavesNoTrace() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("prompt", "x");
    settings.put("negative_prompt", null);
    settings.put("width", 8);
    assertThat(parameters(settings)).isEqualTo("x\nSampler: Euler");
  }

  @Test
  void theOwnTextIsJsonOfAllSettings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("prompt", "tab\t \"quote\" back\\slash\nline\r\u0001 🐼");
    settings.put("none", null);
    settings.put("flags", Arrays.asList(true, null, -1, 2.5e-7, 3.0f, 1e300));
    settings.put("nested", Map.of("a", List.of(Map.of())));
    assertThat(GenerationParameters.texts(settings).get("inkstream"))
        .isEqualTo(
            "{\"prompt\": \"tab\\t \\\"quote\\\" back\\\\slash\\nline\\r\\u0001 🐼\", \"none\":"
                + " null, \"flags\": [true, null, -1, 2.5E-7, 3, 1.0E300], \"nested\": {\"a\":"
                + " [{}]}}");
  }

  @Test
  void whatJsonCannotHoldIsRefused() {
    for (Object value : new Object[] {Double.NaN, Float.POSITIVE_INFINITY, new Object()}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GenerationParameters.texts(Map.of("x", value)))
          .withMessageContaining("JSON has no such");
    }
  }

  @Test
  void theTextsFitIntoAPngWhateverThePromptHolds() {
    Map<String, Object> settings = panda();
    settings.put("prompt", "zero \0 one");
    Map<String, String> texts = GenerationParameters.texts(settings);
    byte[] file =
        ImageFormat.PNG.encoder(OptionalInt.empty()).encode(new Pixels(1, 1, new byte[3]), texts);
    assertThat(PngText.read(file)).containsExactlyEntriesOf(texts);
    assertThat(new ArrayList<>(texts.keySet())).containsExactly("parameters", "inkstream");
    assertThat(texts.get("inkstream")).contains("zero \\u0000 one");
  }
}
