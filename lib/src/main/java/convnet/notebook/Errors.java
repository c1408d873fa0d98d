package convnet.notebook;

/** Errors on purpose: what the library says of a wrong call, without ending the cell. */
public final class Errors {
  private Errors() {}

  /** A call that may throw anything. */
  public interface Call {
    /** Runs it. */
    void run() throws Exception;
  }

  /**
   * The kind and the sentence of the error that a call ends with: {@code Errors.of(() ->
   * x.dot(y))}.
   *
   * @throws IllegalStateException if it ends without one
   */
  public static String of(Call call) {
    try {
      call.run();
    } catch (Exception e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    throw new IllegalStateException("Errors: expected an error, but the call ended without one");
  }
}
