package io.inkstream.server.config;

/// Several cards, by SGLang's names.
final class CardEntries {
  private static final int MOST = 64;

  static final Group GROUP = new Group("Several cards");

  static final Setting<Integer> NUM_GPUS =
      GROUP
          .entry("num-gpus", new Kind.Whole(1, MOST))
          .otherwise("as many as the degrees below want")
          .flag()
          .help(
              "How many cards draw, from that of `--device` on. Without further degrees: guidance on"
                  + " two, rows on the rest; with `--performance-mode memory`, layers on all.");

  static final Setting<Integer> DP_SIZE =
      GROUP
          .entry("dp-size", new Kind.Whole(1, MOST))
          .initially("1")
          .flag("data-parallel-size", "dp")
          .help("Replicas: so many models, on cards of their own, draw as many pictures at once.");

  static final Setting<Boolean> ENABLE_CFG_PARALLEL =
      GROUP
          .entry("enable-cfg-parallel", new Kind.Flag())
          .otherwise("where the cards are even in number and no degree says otherwise")
          .flag()
          .help("The two branches of guidance run on a card each.");

  static final Setting<Integer> ULYSSES_DEGREE =
      GROUP
          .entry("ulysses-degree", new Kind.Whole(1, MOST))
          .otherwise("what cards are left for")
          .flag()
          .help("Cards that the rows of a picture are shared out to; must divide the heads.");

  static final Setting<Integer> SP_DEGREE =
      GROUP
          .entry("sp-degree", new Kind.Whole(1, MOST))
          .otherwise("ulysses-degree")
          .flag()
          .help("The same, as SGLang has it: `--ulysses-degree` times `--ring-degree`.");

  static final Setting<Integer> RING_DEGREE =
      GROUP
          .entry("ring-degree", new Kind.Whole(1, MOST))
          .initially("1")
          .flag()
          .help("1: there is no ring attention, as its kernels do not give their sums.");

  static final Setting<Integer> TP_SIZE =
      GROUP
          .entry("tp-size", new Kind.Whole(1, MOST))
          .initially("1")
          .flag("tensor-parallel-size")
          .help(
              "Cards of a replica that the text encoder's layers are placed on, one after the other:"
                  + " that is memory, not tensor parallelism.");

  private CardEntries() {}
}
