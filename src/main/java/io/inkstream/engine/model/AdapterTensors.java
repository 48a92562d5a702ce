package io.inkstream.engine.model;

import io.inkstream.engine.graph.AdaptedLinear;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.AdapterInputs;
import io.inkstream.engine.transformer.AdapterSource;
import io.inkstream.engine.transformer.AdapterWeight;
import io.inkstream.engine.weights.LoraWeights;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.WeightReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes the factors of adapters for a transformer's graphs, and remembers those of the last few
/// sets of adapters: a server's requests mostly name the same.
final class AdapterTensors implements AdapterSource {
  private static final int REMEMBERED = 2;

  private final AdapterFiles files;
  private final AdapterPlaces places;
  private final Home home;
  // One set is made at a time; meanwhile those that are there can be taken by a look at them.
  private final Object making = new Object();
  // The last used at the end. Guarded by this.
  private final List<Entry> entries = new ArrayList<>();
  private final Entry none;

  /// Where the factors of the streams' graphs lie; those of the times' always lie on the host.
  interface Home {
    /// The host's own memory: the garbage collector frees it.
    Home HOST =
        new Home() {
          @Override
          public Tensor of(int block, float[] values, long... dims) {
            return Tensor.shared(values, dims);
          }

          @Override
          public DType element() {
            return DType.F32;
          }
        };

    /// @param block that the factors are of, or that runs where they are read
    Tensor of(int block, float[] values, long... dims);

    DType element();
  }

  private static final class Entry {
    final AdapterInputs inputs;
    final List<Tensor> owned;
    int users;

    Entry(AdapterInputs inputs, List<Tensor> owned) {
      this.inputs = inputs;
      this.owned = owned;
    }
  }

  AdapterTensors(AdapterFiles files, AdapterPlaces places, Home home) {
    this.files = files;
    this.places = places;
    this.home = home;
    this.none = new Making(new LoraWeights(List.of())).entry(List.of());
  }

  /// @throws InvalidRequestException if a file cannot be read, has changed, or has a number that is
  ///   none
  @Override
  public AdapterInputs take(List<AdapterWeight> adapters) {
    return named(() -> read(adapters));
  }

  /// What is wrong with files that a request names is the request's mistake.
  private static <T> T named(Supplier<T> work) {
    try {
      return work.get();
    } catch (SnapshotException e) {
      throw new InvalidRequestException("lora", "lora: " + e.getMessage());
    }
  }

  /// The same for adapters that no request has named.
  ///
  /// @throws SnapshotException if a file cannot be read, has changed, or has a number that is none
  @Override
  public AdapterInputs read(List<AdapterWeight> adapters) {
    if (adapters.isEmpty()) {
      return none.inputs;
    }
    return used(adapters)
        .orElseGet(() -> {
          synchronized (making) {
            return used(adapters)
                .orElseGet(() -> use(new Making(files.weights(adapters)).entry(adapters)));
          }
        });
  }

  private synchronized Optional<AdapterInputs> used(List<AdapterWeight> adapters) {
    return Optional.ofNullable(remembered(adapters)).map(this::use);
  }

  private synchronized AdapterInputs use(Entry entry) {
    entries.remove(entry);
    entries.addLast(entry);
    entry.users++;
    forget(REMEMBERED);
    return entry.inputs;
  }

  private @Nullable Entry remembered(List<AdapterWeight> adapters) {
    for (Entry entry : entries) {
      if (entry.inputs.adapters().equals(adapters)) {
        return entry;
      }
    }
    return null;
  }

  /// @throws InvalidRequestException as [#take]
  @Override
  public long bytesToMake(List<AdapterWeight> adapters) {
    return adapters.isEmpty() || isThere(adapters)
        ? 0
        : named(() -> files.weights(adapters).bytes(home.element().bytes()));
  }

  private synchronized boolean isThere(List<AdapterWeight> adapters) {
    return remembered(adapters) != null;
  }

  private synchronized void release(Entry entry) {
    entry.users--;
    forget(REMEMBERED);
  }

  /// Frees the least used ones beyond so many, unless somebody works with them.
  private void forget(int kept) {
    for (int i = 0; i < entries.size() - kept; ) {
      if (entries.get(i).users == 0) {
        entries.remove(i).owned.forEach(Tensor::close);
      } else {
        i++;
      }
    }
  }

  @Override
  public synchronized void close() {
    forget(0);
    none.owned.forEach(Tensor::close);
  }

  /// The making of one set.
  private final class Making {
    private final LoraWeights weights;
    private final WeightReader reader = new WeightReader();
    private final List<Tensor> owned = new ArrayList<>();

    Making(LoraWeights weights) {
      this.weights = weights;
    }

    Entry entry(List<AdapterWeight> adapters) {
      try {
        Entry[] made = new Entry[1];
        var inputs =
            new AdapterInputs(
                adapters,
                inputs(places.time(), Home.HOST, 0),
                each(places.modulations()),
                inputs(places.imageIn(), home, 0),
                inputs(places.textIn(), home, 0),
                each(places.blocks()),
                inputs(places.imageOut(), home, Math.max(0, places.blocks().size() - 1)),
                () -> {
                  if (!adapters.isEmpty()) {
                    release(made[0]);
                  }
                });
        made[0] = new Entry(inputs, owned);
        owned.forEach(Tensor::remember);
        return made[0];
      } catch (RuntimeException e) {
        owned.forEach(Tensor::close);
        throw e;
      }
    }

    private List<Map<String, Tensor>> each(List<List<AdaptedLinear>> blocks) {
      return IntStream.range(0, blocks.size())
          .mapToObj(block -> inputs(blocks.get(block), home, block))
          .toList();
    }

    private Map<String, Tensor> inputs(List<AdaptedLinear> linears, Home at, int block) {
      Map<String, Tensor> inputs = new HashMap<>();
      for (AdaptedLinear linear : linears) {
        var factors = weights.of(reader, linear.module(), linear.in(), linear.out());
        inputs.put(linear.down(), owned(at, block, factors.down(), factors.rank(), linear.in()));
        inputs.put(linear.up(), owned(at, block, factors.up(), linear.out(), factors.rank()));
      }
      if (!linears.isEmpty()) {
        long rows = weights.all().isEmpty() ? 1 : AdaptedLinear.ALL_ROWS;
        inputs.put(AdaptedLinear.ROWS, owned(at, block, new float[0], rows, 0));
      }
      return inputs;
    }

    private Tensor owned(Home at, int block, float[] values, long... dims) {
      Tensor tensor = at.of(block, values, dims);
      owned.add(tensor);
      return tensor;
    }
  }
}
