package io.inkstream.engine.hub;

/// Why the Hub does not give something, which asking again does not mend.
enum Refused {
  GATED,
  TOKEN,
  REPOSITORY,
  REVISION,
  FILE,
  OTHER;

  /// @param code of the header `X-Error-Code`, which says more than the status
  static Refused of(int status, String code) {
    return switch (code) {
      case "GatedRepo" -> GATED;
      case "RepoNotFound" -> REPOSITORY;
      case "RevisionNotFound" -> REVISION;
      case "EntryNotFound" -> FILE;
      default ->
          switch (status) {
            case 401 -> TOKEN;
            case 403 -> GATED;
            case 404 -> REPOSITORY;
            default -> OTHER;
          };
    };
  }

  /// @param what was asked for
  String message(String what, Repository repository, HubAccess access) {
    String host = access.endpoint().toString();
    return switch (this) {
      case GATED ->
          "%s is gated: accept its licence at %s/%s and %s"
              .formatted(what, host, repository.name(), token(access));
      case TOKEN ->
          access.token().isPresent()
              ? "%s: %s refuses the token; set HF_TOKEN to a valid one that may read it"
                  .formatted(what, host)
              : "%s is not at %s, or only for some: check the name, and set HF_TOKEN"
                  .formatted(what, host);
      case REPOSITORY ->
          "%s is not at %s: check the name%s; of a private one, %s"
              .formatted(what, host, repository.revisionNote(), token(access));
      case REVISION ->
          "%s has no revision '%s' at %s: a branch, a tag or a commit"
              .formatted(repository.name(), repository.revision(), host);
      case FILE -> "%s is not at %s%s".formatted(what, host, repository.revisionNote());
      case OTHER -> "%s: %s does not give it".formatted(what, host);
    };
  }

  private static String token(HubAccess access) {
    return access.token().isPresent()
        ? "see that the token in HF_TOKEN may read it"
        : "set HF_TOKEN to a token that may read it";
  }
}
