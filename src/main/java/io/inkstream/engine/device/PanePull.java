package io.inkstream.engine.device;

/// What makes `to` what `from` is, of as many rows and columns and of one type.
///
/// @param owner whose `from` is: another device of this kind, or this one
public record PanePull(Pane to, DeviceMemory owner, Pane from) {
  Pull pull(DeviceDriver driver) {
    return new Pull(
        to.address(), to.pitch(), driver, from.address(), from.pitch(), to.width(), to.rows());
  }
}
