package io.inkstream.server.config;

import io.inkstream.engine.request.Guidance;
import io.inkstream.server.config.OperationSettings.OnDeviceLoss;
import io.inkstream.server.jobs.QueuePolicy;
import io.inkstream.server.order.PictureSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Where the server listens, and how it works through its requests.
final class ServingEntries {
  static final Group GROUP = new Group("Serving");

  static final Setting<String> HOST =
      GROUP
          .entry("host", new Kind.Text())
          .property("quarkus.http.host")
          .otherwise("127.0.0.1")
          .flag()
          .help("The address to listen on; `0.0.0.0` is all of the machine's.");

  static final Setting<Integer> PORT =
      GROUP
          .entry("port", new Kind.Whole(0, 65_535))
          .property("quarkus.http.port")
          .otherwise("30000")
          .flag()
          .help("0 takes a free one; where nothing is given, the variable `PORT` says it.");

  static final Setting<Boolean> STRICT_PORTS =
      GROUP
          .entry("strict-ports", new Kind.Flag())
          .initially("true")
          .flag()
          .help("Where somebody listens on the port already, take the next free one, not none.");

  static final Setting<Integer> PORT_OF_PLATFORM =
      ModelEntries.INTERNAL
          .entry("port-of-platform", new Kind.Whole(0, 65_535))
          .property("port")
          .help("The port, where neither the flag nor its variable says it: `PORT`.");

  static final Setting<String> SERVED_MODEL_NAME =
      GROUP
          .entry("served-model-name", new Kind.Text())
          .otherwise("`model-id`")
          .flag()
          .help("The model's name in requests and answers; another name is a 404.");

  static final Setting<Boolean> CHECK_MODEL =
      GROUP
          .entry("check-model", new Kind.Flag())
          .initially("true")
          .flag()
          .help("Serve requests whatever model they name.");

  static final Setting<Integer> MAX_QUEUED_REQUESTS =
      GROUP
          .entry("max-queued-requests", new Kind.Whole(0, 100_000))
          .initially("64")
          .flag()
          .help("Requests that may wait; more are answered 429 with `retry-after`.");

  static final Setting<Integer> MAX_RUNNING_REQUESTS =
      GROUP
          .entry("max-running-requests", new Kind.Whole(1, 64))
          .initially("1")
          .flag()
          .help("Requests drawn at once by each replica, 1 to 64.");

  static final Setting<QueuePolicy> QUEUE_POLICY =
      GROUP
          .entry("queue-policy", Kind.Choice.of(List.of(QueuePolicy.values())))
          .initially("shortest-first")
          .flag()
          .help("`shortest-first`: short requests pass long ones; `fifo`: none is passed.");

  static final Setting<Long> MAX_BODY_SIZE =
      GROUP
          .entry(
              "max-body-size", new Kind.Size(1, 1 << 30, "1 to 1024M, in bytes or with K, M or G"))
          .initially("1M")
          .flag()
          .help("Bytes of a request, also as `64K` or `4M`; more is answered 413.");

  static final Setting<Duration> REQUEST_BODY_TIMEOUT =
      GROUP
          .entry("request-body-timeout", new Kind.Seconds(1, 3600))
          .initially("30")
          .flag()
          .help(
              "What the head of a request, and its whole body, each get to come, 1 to 3600; then it"
                  + " is answered 408.");

  static final Setting<Integer> MAX_CONNECTIONS =
      GROUP
          .entry("max-connections", new Kind.Whole(1, 1_000_000))
          .property("quarkus.http.limits.max-connections")
          .otherwise("10000")
          .flag()
          .help("Connections that may be open at once; more are closed.");

  static final Setting<Integer> MAX_CONCURRENT_STREAMS =
      GROUP
          .entry("max-concurrent-streams", new Kind.Whole(1, 100_000))
          .property("quarkus.http.limits.max-concurrent-streams")
          .otherwise("100")
          .flag()
          .help("Requests at once on one HTTP/2 connection.");

  static final Setting<Boolean> WARMUP_MODE =
      GROUP
          .entry(
              "warmup-mode",
              new Kind.Choice<>("server or off", Map.of("server", true, "off", false)))
          .initially("server")
          .flag()
          .help(
              "`server`: ready when a small picture has been drawn; `off`: when the model is"
                  + " loaded.");

  static final Setting<List<PictureSize>> WARMUP_RESOLUTIONS =
      GROUP
          .entry(
              "warmup-resolutions",
              new Kind.Several<>("sizes such as 1024x1024", PictureSize::parse))
          .otherwise("32x32", List.of(new PictureSize(32, 32)))
          .flag()
          .help("Sizes of the pictures that are drawn first, `WIDTHxHEIGHT`; one or more.");

  static final Setting<Integer> WARMUP_STEPS =
      GROUP
          .entry("warmup-steps", new Kind.Whole(1, Guidance.MAX_STEPS))
          .initially("1")
          .flag()
          .help("Steps of each of them.");

  static final Setting<Duration> HEALTH_GENERATE_INTERVAL =
      GROUP
          .entry("health-generate-interval", new Kind.Seconds(0, 3600))
          .initially("10")
          .flag()
          .help(
              "How long after a picture `/health_generate` answers for it, 0 to 3600; then it draws"
                  + " again.");

  static final Setting<Duration> HTTP_GRACEFUL_SHUTDOWN_TIMEOUT =
      GROUP
          .entry("http-graceful-shutdown-timeout", new Kind.Seconds(0, 86_400))
          .initially("30")
          .flag()
          .help("What requests get to end when the server stops, 0 to 86400.");

  static final Setting<OnDeviceLoss> ON_DEVICE_LOSS =
      GROUP
          .entry("on-device-loss", Kind.Choice.of(List.of(OnDeviceLoss.values())))
          .initially("serve")
          .flag()
          .help(
              "When the last device is lost: `serve` refuses to draw until it is stopped, `exit` ends"
                  + " with exit code 1, to be started again.");

  static final Setting<Duration> HEARTBEAT_INTERVAL =
      GROUP
          .entry("heartbeat-interval", new Kind.Seconds(0, 3600))
          .initially("10")
          .flag()
          .help("Between the comments that keep a stream open; 0: none.");

  static final Setting<Duration> READER_TIMEOUT =
      GROUP
          .entry("reader-timeout", new Kind.Seconds(1, 3600))
          .initially("60")
          .flag()
          .help(
              "What a reader gets to take the next 64 KB of its answer, 1 to 3600; then its"
                  + " connection is closed.");

  private ServingEntries() {}
}
