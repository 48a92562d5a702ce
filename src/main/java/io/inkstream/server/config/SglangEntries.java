package io.inkstream.server.config;

/// What SGLang has variables for and Inkstream has not; its flags are in [SglangFlags].
final class SglangEntries {
  static final Group GROUP = new Group("SGLang's, without effect");

  private SglangEntries() {}
}
