package io.inkstream.engine.hub;

import io.inkstream.engine.weights.HubCache;

/// A model of the Hub in one of its states.
///
/// @param name `owner/name`
/// @param revision a branch, a tag or a commit
record Repository(String name, String revision) {
  /// For messages, where it is not the usual one.
  String revisionNote() {
    return isMain() ? "" : " and the revision '" + revision + "'";
  }

  private boolean isMain() {
    return revision.equals(HubCache.MAIN);
  }

  @Override
  public String toString() {
    return name;
  }
}
