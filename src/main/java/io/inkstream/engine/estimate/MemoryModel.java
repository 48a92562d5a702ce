package io.inkstream.engine.estimate;

import io.inkstream.engine.cache.DBCache;
import io.inkstream.engine.network.ScoresInParts;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.textencoder.PromptEncoder;

/// How much memory a load takes, by where the networks run.
public sealed interface MemoryModel {
  /// Tokens of the prompt's template and of a short prompt.
  long TEMPLATE_TOKENS = 64;

  /// What the load takes at its peak.
  Footprint of(Load load);

  /// The sizes of the networks that memory grows with.
  ///
  /// @param width D of the transformer
  /// @param blocks of the transformer
  /// @param inChannels features of an image token
  /// @param textWidth features of an embedding
  /// @param vaeBaseChannels channels of the decoder at full size
  /// @param modulation numbers of all blocks' modulations at a time
  /// @param prefix numbers that are kept of a text's token, where text is no stream; else 0
  /// @param decoder what its decoder takes
  record Sizes(
      int width,
      int blocks,
      int inChannels,
      int textWidth,
      int vaeBaseChannels,
      long modulation,
      long prefix,
      Decoder decoder) {
    /// Floats alive at once for each pixel and base channel, as measured.
    ///
    /// @param onDevice where its last levels run in parts, its convolutions' working memory
    ///   included
    public record Decoder(double onProcessor, double onDevice) {
      static final Decoder PLAIN = new Decoder(8, 4.5);
      // Its last level upsamples twice the base channels.
      static final Decoder RESIDUAL = new Decoder(11, 9.7);
    }

    /// Of double-stream blocks, each with its modulation.
    public Sizes(int width, int blocks, int inChannels, int textWidth, int vaeBaseChannels) {
      this(
          width,
          blocks,
          inChannels,
          textWidth,
          vaeBaseChannels,
          12L * width * blocks,
          0,
          Decoder.PLAIN);
    }

    /// Of single-stream blocks with one modulation, behind the keys and values of a prefix.
    public static Sizes singleStream(
        int width, int blocks, int inChannels, int textWidth, int vaeBaseChannels) {
      return new Sizes(
          width,
          blocks,
          inChannels,
          textWidth,
          vaeBaseChannels,
          5L * width,
          2L * width * blocks,
          Decoder.RESIDUAL);
    }

    private long modulations(Load load) {
      return modulation * load.levels();
    }

    /// Those of some of the blocks: one that all share is there for any of them.
    private long modulations(Load load, int some) {
      boolean shared = modulation < (long) width * blocks;
      return shared ? modulations(load) : modulations(load) * some / blocks;
    }

    private long prefixes(Load load) {
      return prefixes(load, blocks);
    }

    private long prefixes(Load load, int some) {
      long texts = (long) load.branches() * load.prompts();
      long kept = prefix * texts * (load.prefixTokens() + TEMPLATE_TOKENS);
      return kept * some / blocks + onTheWay(load);
    }

    /// A prefix with pictures while it is made, and before the drawn picture's own keys and values.
    private long onTheWay(Load load) {
      boolean seesPictures = !load.given().before().isEmpty();
      return seesPictures ? (STREAM_BUFFERS + 2) * load.prefixTokens() * width : 0;
    }

    private long decoded(Load load, double floats) {
      return (long) (load.vaePixels() * vaeBaseChannels * floats);
    }

    /// Bytes that the VAE takes of a device: its largest maps, or of a very large picture what its
    /// attention makes of the smallest ones, which are less than a quarter of those.
    private long decodedOnDevice(Load load) {
      long maps = Float.BYTES * decoded(load, decoder.onDevice());
      return Math.max(maps, maps / 4 + ScoresInParts.bytes(load.vaeRows()));
    }

    /// What the cache remembers, and the streams of all pictures that wait for its decision, in
    /// float32.
    private long cacheBytes(Load load) {
      return waitingBytes(load) + rememberedBytes(load);
    }

    private long waitingBytes(Load load) {
      long rows = load.streamTokens() + streamedText(load);
      long streams = STREAM_BUFFERS * rows * width * Float.BYTES;
      return load.cache().isPresent() ? (load.pictures() - 1) * streams : 0;
    }

    private long rememberedBytes(Load load) {
      int tokens = Math.toIntExact(load.streamTokens());
      int text = streamedText(load);
      return load.cache()
          .map(cache -> DBCache.bytes(cache, tokens, text, width, load.branches(), load.pictures()))
          .orElse(0L);
    }

    private int streamedText(Load load) {
      return prefix == 0 ? load.textTokens() : 0;
    }

    // Tensors of one picture on its way through the blocks.
    private static final long STREAM_BUFFERS = 3;
  }

  /// The host's processor runs the networks.
  ///
  /// @param widened bytes of weights that are widened while it draws
  record OnProcessor(Sizes sizes, long widened) implements MemoryModel {
    /// None are widened while it draws.
    public OnProcessor(Sizes sizes) {
      this(sizes, 0);
    }

    // Floats alive at once for each token and channel in a block: the MLP's 4 D, and about as much
    // again.
    private static final long BLOCK_FLOATS = 12;

    @Override
    public Footprint of(Load load) {
      long stream = (load.mostRows() + TEMPLATE_TOKENS) * sizes.width();
      long blocks = stream * BLOCK_FLOATS * blocksThatKeepMemory(2 * Float.BYTES * stream);
      long networks =
          blocks
              + sizes.modulations(load)
              + sizes.prefixes(load)
              + sizes.decoded(load, sizes.decoder().onProcessor());
      long beside = pictureBytes(load) + sizes.cacheBytes(load) + load.adapterBytes();
      return new Footprint(Float.BYTES * networks + beside + widened, 0);
    }

    private int blocksThatKeepMemory(long bytesInAndOut) {
      return Subgraph.isLarge(bytesInAndOut) ? 1 : sizes.blocks();
    }
  }

  /// A device with memory of its own runs the networks, and the weights lie there already; the host
  /// keeps latents, embeddings and pictures.
  ///
  /// The device's part is fitted to what an H200 took at 1024×1024, 1328×1328 and 2048×2048
  /// (perf/cuda): 2.9, 4.4 and 10.0 GB, most of it for the decoder; of Qwen-Image-2.1, 6.7 at
  /// 1024×1024.
  ///
  /// @param element of the numbers in the transformer
  record OnDevice(Sizes sizes, DType element) implements MemoryModel {
    // Numbers alive at once for each token and channel in a block, and kept by the library after
    // it.
    private static final long BLOCK_NUMBERS = 32;
    // Of one picture: latents, both branches' velocities, and what a solver or a forecast
    // remembers.
    private static final long LATENT_COPIES = 8;
    // Of one prompt on its way to embeddings: what goes in, what comes out, what is kept of that.
    private static final long TEXT_COPIES = 4;
    // The time embedding: D, and the last modulation, 2 D.
    private static final long TIME_FLOATS = 3;

    @Override
    public Footprint of(Load load) {
      return new Footprint(host(load), device(load));
    }

    private long device(Load load) {
      return device(load, DeviceDuty.all(sizes.blocks()));
    }

    /// Bytes that the load takes at its peak of one device of several.
    ///
    /// @param duty what runs there
    public long device(Load load, DeviceDuty duty) {
      long decoded = duty.decodes() ? sizes.decodedOnDevice(load) : 0;
      if (duty.blocks() == 0) {
        return decoded + (duty.encodes() ? element.bytes() * BLOCK_NUMBERS * text(load) : 0);
      }
      int blocks = duty.blocks();
      long rows = (load.mostRows() + TEMPLATE_TOKENS) * sizes.width() * BLOCK_NUMBERS;
      long cache = sizes.waitingBytes(load) + (duty.caches() ? sizes.rememberedBytes(load) : 0);
      long numbers =
          rows
              + sizes.modulations(load, blocks)
              + sizes.prefixes(load, blocks)
              + cache / Float.BYTES;
      return element.bytes() * numbers + decoded + load.adapterBytes() * blocks / sizes.blocks();
    }

    private long text(Load load) {
      int tokens = Math.min(load.promptTokens(), PromptEncoder.MAX_SEQUENCE_LENGTH);
      return (tokens + TEMPLATE_TOKENS) * sizes.textWidth();
    }

    private long host(Load load) {
      long text = text(load);
      long prompts = (long) load.branches() * load.prompts();
      long latents = LATENT_COPIES * load.streamTokens() * sizes.inChannels() * load.pictures();
      long time = TIME_FLOATS * sizes.width() * load.levels();
      long encoding = Float.BYTES * TEXT_COPIES * text;
      // One stage after the other: the first gives back what it took before the last begins.
      return Float.BYTES * (prompts * text + latents + time)
          + Math.max(encoding, pictureBytes(load));
    }
  }

  /// A device whose memory is the host's, and has a limit all the same.
  record Emulated(OnProcessor host, OnDevice device) implements MemoryModel {
    @Override
    public Footprint of(Load load) {
      return new Footprint(host.of(load).host(), device.of(load).device());
    }
  }

  /// What the decoder gives, for each pixel its result and its copy, and the pictures that are
  /// kept.
  private static long pictureBytes(Load load) {
    return load.pixels() * (8 * Float.BYTES + 4L * load.pictures());
  }
}
