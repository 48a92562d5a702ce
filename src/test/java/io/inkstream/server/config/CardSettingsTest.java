package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.model.Cards;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CardSettingsTest {
  private static Cards read(String device, Optional<String> given) {
    Map<String, String> values = new HashMap<>();
    given.stream()
        .flatMap(all -> Stream.of(all.split(" ")))
        .map(one -> one.split("="))
        .forEach(pair -> values.put("inkstream." + pair[0], pair[1]));
    return CardSettings.from(Given.properties(values), Device.named(device));
  }

  @Test
  void oneCardDrawsUnlessSomebodySaysOtherwise() {
    assertThat(read("cuda", Optional.empty())).isEqualTo(Cards.ONE);
    assertThat(read("cpu", Optional.empty())).isEqualTo(Cards.ONE);
  }

  @ParameterizedTest
  @CsvSource({
    "num-gpus=2, 1, 2, 1, 1",
    "num-gpus=4, 1, 2, 2, 1",
    "num-gpus=3, 1, 1, 3, 1",
    "num-gpus=2 enable-cfg-parallel=false, 1, 1, 2, 1",
    "num-gpus=4 ulysses-degree=4, 1, 1, 4, 1",
    "num-gpus=4 ulysses-degree=2, 1, 2, 2, 1",
    "num-gpus=4 sp-degree=2 enable-cfg-parallel=true, 1, 2, 2, 1",
    "num-gpus=4 dp-size=2, 2, 2, 1, 1",
    "num-gpus=2 dp-size=2, 2, 1, 1, 1",
    "dp-size=3, 3, 1, 1, 1",
    "ulysses-degree=2, 1, 1, 2, 1",
    "enable-cfg-parallel=true, 1, 2, 1, 1",
    "enable-cfg-parallel=true ulysses-degree=2 dp-size=2, 2, 2, 2, 1",
    "num-gpus=2 performance-mode=memory, 1, 1, 1, 2",
    "num-gpus=4 dp-size=2 performance-mode=memory, 2, 1, 1, 2",
    "num-gpus=2 performance-mode=memory enable-cfg-parallel=true, 1, 2, 1, 1",
    "performance-mode=memory, 1, 1, 1, 1"
  })
  void whatNobodySaysFollowsFromTheRest(
      String given, int replicas, int branches, int slices, int stages) {
    var parallelism = read("cuda", Optional.of(given)).parallelism();
    assertThat(parallelism.replicas()).isEqualTo(replicas);
    assertThat(parallelism.branches()).isEqualTo(branches);
    assertThat(parallelism.slices()).isEqualTo(slices);
    assertThat(parallelism.stages()).isEqualTo(stages);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          cuda | num-gpus=3 dp-size=2                    | num-gpus is '3', must be a multiple of dp-size, 2
          cuda | num-gpus=4 dp-size=1 ulysses-degree=3   | num-gpus is '4', must be 3: dp-size 1, guidance on 1, ulysses-degree 3
          cuda | num-gpus=3 enable-cfg-parallel=true     | num-gpus is '3', must be 2: dp-size 1, guidance on 2, ulysses-degree 1
          cuda | ulysses-degree=2 sp-degree=4            | sp-degree is '4', must be 2, which ulysses-degree is
          cuda | num-gpus=2 tp-size=4                    | tp-size is '4', must be 1 to 2, the cards of a replica
          cpu  | num-gpus=2                              | num-gpus is '2', must be 1 on cpu
          cpu  | ulysses-degree=2                        | ulysses-degree is '2', must be 1 on cpu
          cpu  | enable-cfg-parallel=true                | enable-cfg-parallel is 'true', must be false on cpu
          """)
  void whatDoesNotGoTogetherIsRefused(String device, String given, String message) {
    assertThatThrownBy(() -> read(device, Optional.of(given)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining(message.substring(message.indexOf(' ')));
  }
}
