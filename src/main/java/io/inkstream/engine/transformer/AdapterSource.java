package io.inkstream.engine.transformer;

import java.util.List;

/// Makes what adapters give to the networks, and remembers it for a while. Safe for any thread.
public interface AdapterSource extends AutoCloseable {
  /// Of graphs that know no adapters.
  AdapterSource NONE =
      new AdapterSource() {
        @Override
        public AdapterInputs take(List<AdapterWeight> adapters) {
          if (!adapters.isEmpty()) {
            throw new IllegalArgumentException("this model was loaded without adapters");
          }
          return AdapterInputs.NONE;
        }

        @Override
        public long bytesToMake(List<AdapterWeight> adapters) {
          return 0;
        }

        @Override
        public void close() {}
      };

  /// The inputs of runs with these adapters, none included. The caller closes them.
  AdapterInputs take(List<AdapterWeight> adapters);

  /// The same for adapters that no request has named: what is wrong with their files fails as it
  /// is, not as a request's mistake.
  default AdapterInputs read(List<AdapterWeight> adapters) {
    return take(adapters);
  }

  /// Bytes that [#take] would take beyond what it remembers.
  long bytesToMake(List<AdapterWeight> adapters);

  @Override
  void close();
}
