package io.inkstream.server.config;

import static io.inkstream.server.config.InputEntries.*;

import io.inkstream.engine.decoder.DecoderLimits;
import io.inkstream.server.files.FileLimits;
import io.inkstream.server.inputs.InputLimits;
import io.inkstream.server.outbound.AllowedNetworks;
import java.time.Duration;
import java.util.Optional;

/// What pictures that requests bring may take, checked.
///
/// @param kept how many bytes of them, and how long
/// @param networks from which they may be fetched; empty: from none
public record InputSettings(
    InputLimits limits,
    FileLimits kept,
    Optional<AllowedNetworks> networks,
    Duration fetchTimeout) {
  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static InputSettings from(SettingValues values) {
    long fileBytes = values.get(INPUT_MAX_FILE_SIZE);
    var decoder = new DecoderLimits(values.get(INPUT_MAX_PIXELS), DecoderLimits.DEFAULT.time());
    return new InputSettings(
        new InputLimits(fileBytes, decoder, values.get(INPUT_READERS)),
        new FileLimits(fileBytes, values.get(INPUT_MAX_SIZE), values.get(INPUT_MAX_AGE)),
        values.get(INPUT_ALLOWED_NETWORKS),
        values.get(INPUT_FETCH_TIMEOUT));
  }
}
