package io.inkstream.server.config;

import io.inkstream.engine.decoder.DecoderLimits;
import io.inkstream.server.outbound.AllowedNetworks;
import java.time.Duration;
import java.util.Optional;

/// Pictures that requests bring.
final class InputEntries {
  static final Group GROUP = new Group("Pictures to edit");

  private static final long LARGEST = 1000L << 20;

  static final Setting<Long> INPUT_MAX_FILE_SIZE =
      GROUP
          .entry(
              "input-max-file-size",
              new Kind.Size(1, LARGEST, "1 to 1000M, in bytes or with K or M"))
          .initially("50M")
          .flag()
          .help("Bytes of one picture; more is answered 413. A request may bring 16 and a mask.");

  static final Setting<Integer> INPUT_MAX_PIXELS =
      GROUP
          .entry("input-max-pixels", new Kind.Whole(256, 178_000_000))
          .initially(String.valueOf(DecoderLimits.DEFAULT.pixels()))
          .flag()
          .help("Pixels of one picture; more is refused before it is decoded.");

  static final Setting<Integer> INPUT_READERS =
      GROUP
          .entry("input-readers", new Kind.Whole(1, 64))
          .initially("2")
          .flag()
          .help("Pictures that are looked at at once, 1 to 64.");

  static final Setting<Long> INPUT_MAX_SIZE =
      GROUP
          .entry("input-max-size", new Kind.Size())
          .initially("10G")
          .flag()
          .help("All of them together, such as `50G`; then no more are taken.");

  static final Setting<Duration> INPUT_MAX_AGE =
      GROUP
          .entry("input-max-age", new Kind.Time())
          .initially("7d")
          .flag()
          .help("How long those are kept that jobs wait to edit; others go with their answer.");

  static final Setting<Optional<AllowedNetworks>> INPUT_ALLOWED_NETWORKS =
      GROUP
          .entry(
              "input-allowed-networks",
              new Kind.Foreign<>(
                  "external, private, loopback, * or networks such as 10.1.0.0/16 between commas",
                  text -> Optional.of(AllowedNetworks.parse(text))))
          .otherwise("none: no picture is fetched", Optional.empty())
          .flag()
          .help(
              "Addresses that pictures may be fetched from by `image_url` or `url`: `external`,"
                  + " `private`, `loopback`, `*` for all three, networks such as `10.1.0.0/16`.");

  static final Setting<Duration> INPUT_FETCH_TIMEOUT =
      GROUP
          .entry("input-fetch-timeout", new Kind.Seconds(1, 600))
          .initially("10")
          .flag()
          .help("What one such picture gets to come, 1 to 600.");

  private InputEntries() {}
}
