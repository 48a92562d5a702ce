package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceLodger;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Modulations on the device, remembered: their weights, a third of Qwen-Image's, are on the device
/// only while they are needed, or never, and a server's requests mostly have the same schedule and
/// the same adapters.
public final class DeviceModulations implements ModulationMaker, DeviceLodger {
  private static final int REMEMBERED = 2;

  private final ModulationMaker maker;
  // The last used at the end. Guarded by this.
  private final List<Entry> entries = new ArrayList<>();

  private static final class Entry {
    final float[] timesteps;
    final List<AdapterWeight> adapters;
    final Modulations modulations;
    int users;

    Entry(float[] timesteps, List<AdapterWeight> adapters, Modulations modulations) {
      this.timesteps = timesteps;
      this.adapters = adapters;
      this.modulations = modulations;
    }
  }

  /// @param maker of those that are not remembered, in the device's memory
  public DeviceModulations(ModulationMaker maker) {
    this.maker = maker;
  }

  @Override
  public synchronized Modulations make(
      float[] timesteps, AdapterInputs adapters, CancellationSignal signal) {
    Entry entry = remembered(timesteps, adapters.adapters());
    if (entry == null) {
      entry =
          new Entry(timesteps.clone(), adapters.adapters(), compute(timesteps, adapters, signal));
    } else {
      entries.remove(entry);
    }
    entries.addLast(entry);
    entry.users++;
    Entry used = entry;
    forget(REMEMBERED);
    return new Modulations(used.modulations.blocks(), used.modulations.out(), () -> release(used));
  }

  private @Nullable Entry remembered(float[] timesteps, List<AdapterWeight> adapters) {
    for (Entry entry : entries) {
      if (Arrays.equals(entry.timesteps, timesteps) && entry.adapters.equals(adapters)) {
        return entry;
      }
    }
    return null;
  }

  private synchronized void release(Entry entry) {
    entry.users--;
    forget(REMEMBERED);
  }

  /// Frees the least used ones beyond so many, unless somebody works with them.
  private void forget(int kept) {
    for (int i = 0; i < entries.size() - kept; ) {
      if (entries.get(i).users == 0) {
        entries.remove(i).modulations.close();
      } else {
        i++;
      }
    }
  }

  private Modulations compute(
      float[] timesteps, AdapterInputs adapters, CancellationSignal signal) {
    Modulations modulations = maker.make(timesteps, adapters, signal);
    modulations.blocks().forEach(Tensor::remember);
    modulations.out().remember();
    return modulations;
  }

  /// None: they are tensors, which count as free as it is.
  @Override
  public long bytes() {
    return 0;
  }

  /// Forgets what nobody works with.
  @Override
  public synchronized void leave() {
    forget(0);
  }

  @Override
  public synchronized void close() {
    forget(0);
    maker.close();
  }
}
