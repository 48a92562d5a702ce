package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.server.config.OperationSettings.OnDeviceLoss;
import io.inkstream.server.config.OperationSettings.WarmUp;
import io.inkstream.server.jobs.QueuePolicy;
import io.inkstream.server.jobs.QueueSettings;
import io.inkstream.server.order.PictureSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationSettingsTest {
  @Test
  void defaultsAreOneSlot64PlacesAndShortJobsFirst() {
    assertThat(settings(Map.of()))
        .isEqualTo(
            new OperationSettings(
                new QueueSettings(1, 64, QueuePolicy.SHORTEST_FIRST),
                Optional.of(new WarmUp(List.of(new PictureSize(32, 32)), 1)),
                1 << 20,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                OnDeviceLoss.SERVE));
  }

  @Test
  void eachCanBeSet() {
    Map<String, String> given =
        Map.of(
            "inkstream.max-queued-requests", "0",
            "inkstream.max-running-requests", "4",
            "inkstream.queue-policy", "fifo",
            "inkstream.warmup-mode", "off",
            "inkstream.max-body-size", "64k",
            "inkstream.request-body-timeout", "5",
            "inkstream.health-generate-interval", "60",
            "inkstream.http-graceful-shutdown-timeout", "0",
            "inkstream.on-device-loss", "exit");
    assertThat(settings(given))
        .isEqualTo(
            new OperationSettings(
                new QueueSettings(4, 0, QueuePolicy.FIFO),
                Optional.empty(),
                64 << 10,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ZERO,
                OnDeviceLoss.EXIT));
  }

  @Test
  void picturesOfTheWarmUpHaveSizesAndSteps() {
    Map<String, String> given =
        Map.of("inkstream.warmup-resolutions", "256x256,720x480", "inkstream.warmup-steps", "3");
    assertThat(settings(given).warmUp())
        .contains(new WarmUp(List.of(new PictureSize(256, 256), new PictureSize(720, 480)), 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max-queued-requests  | -1  | inkstream.max-queued-requests (INKSTREAM_MAX_QUEUED_REQUESTS) is '-1', must be 0 to 100000
          max-running-requests | 0   | inkstream.max-running-requests (INKSTREAM_MAX_RUNNING_REQUESTS) is '0', must be 1 to 64
          queue-policy         | lot | inkstream.queue-policy (INKSTREAM_QUEUE_POLICY) is 'lot', must be one of [shortest-first, fifo]
          warmup-mode          | on  | inkstream.warmup-mode (INKSTREAM_WARMUP_MODE) is 'on', must be server or off
          max-body-size        | 2000M | inkstream.max-body-size (INKSTREAM_MAX_BODY_SIZE) is '2000M', must be 1 to 1024M, in bytes or with K, M or G
          max-body-size        | big | inkstream.max-body-size (INKSTREAM_MAX_BODY_SIZE) is 'big', must be 1 to 1024M, in bytes or with K, M or G
          on-device-loss       | die | inkstream.on-device-loss (INKSTREAM_ON_DEVICE_LOSS) is 'die', must be one of [serve, exit]
          http-graceful-shutdown-timeout | 1m | inkstream.http-graceful-shutdown-timeout (INKSTREAM_HTTP_GRACEFUL_SHUTDOWN_TIMEOUT) is '1m', must be 0 to 86400
          """)
  void aWrongValueIsNamedWithWhatIsAllowed(String name, String value, String message) {
    assertThatThrownBy(() -> settings(Map.of("inkstream." + name, value)))
        .isInstanceOf(SettingException.class)
        .hasMessage(message);
  }

  private static OperationSettings settings(Map<String, String> given) {
    return OperationSettings.from(Given.properties(given));
  }
}
