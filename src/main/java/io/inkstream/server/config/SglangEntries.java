package io.inkstream.server.config;

import io.inkstream.server.config.Standing.Accepted;
import java.util.Map;

/// What SGLang has and Inkstream has not, so that its command lines work where they ask for what
/// happens anyway.
final class SglangEntries {
  static final Group GROUP = new Group("SGLang's, without effect");

  private static final Kind<Integer> ONE = new Kind.Choice<>("1", Map.of("1", 1));
  private static final Standing ONE_DEVICE = new Accepted("one device draws");

  static final Setting<Integer> NUM_GPUS =
      GROUP
          .entry("num-gpus", ONE)
          .initially("1")
          .flag()
          .standing(ONE_DEVICE)
          .help("Cards that share a picture.");

  static final Setting<Integer> ULYSSES_DEGREE =
      GROUP
          .entry("ulysses-degree", ONE)
          .initially("1")
          .flag()
          .standing(ONE_DEVICE)
          .help("Cards that share a picture by attention heads.");

  static final Setting<Integer> RING_DEGREE =
      GROUP
          .entry("ring-degree", ONE)
          .initially("1")
          .flag()
          .standing(ONE_DEVICE)
          .help("Cards that share a picture by rows.");

  static final Setting<Boolean> TRUST_REMOTE_CODE =
      GROUP
          .entry("trust-remote-code", new Kind.Flag())
          .initially("false")
          .flag()
          .standing(new Accepted("nothing that comes with a model is executed"))
          .help("Execute code that comes with a model.");

  private SglangEntries() {}
}
