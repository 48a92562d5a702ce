package io.inkstream.server.store;

import java.util.Optional;

/// Pictures that other servers have kept. Methods wait, and fail where they cannot be asked.
public interface SharedPictures {
  /// There are no other servers.
  SharedPictures NONE =
      new SharedPictures() {
        @Override
        public void put(String file, byte[] picture) {}

        @Override
        public Optional<byte[]> find(String file) {
          return Optional.empty();
        }

        @Override
        public void delete(String file) {}
      };

  /// Others may find it from now on.
  ///
  /// @param file its name in a store's folder
  void put(String file, byte[] picture);

  /// What another has kept.
  Optional<byte[]> find(String file);

  /// Nobody finds it any more.
  void delete(String file);
}
