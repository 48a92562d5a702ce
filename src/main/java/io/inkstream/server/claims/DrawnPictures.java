package io.inkstream.server.claims;

import io.inkstream.server.jobs.Drawn;

/// Keeps what a job has drawn, where every server finds it.
public interface DrawnPictures {
  /// Work for the thread that has drawn: pictures are written down.
  ///
  /// @return the job's result: JSON with links to the pictures
  /// @throws io.inkstream.server.store.StoreException if they cannot be kept
  String keep(JobRequest request, Drawn drawn);
}
