package convnet.array;

import java.util.stream.Stream;

/** The engines that this Java can load: both, or the plain one without the vector module. */
public final class Engines {
  private static final boolean VECTOR =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private Engines() {}

  /** Whether the vector engine can be loaded, chosen or not. */
  static boolean vector() {
    return VECTOR;
  }

  /** Whether it is the one in use. */
  public static boolean fast() {
    return Matmul.get() instanceof VectorMatmul;
  }

  static Stream<Matmul> matmuls() {
    return VECTOR ? Stream.of(new PlainMatmul(), new VectorMatmul()) : Stream.of(new PlainMatmul());
  }

  /**
   * Without those that the library would not choose: where the processor has no fused multiply-add,
   * the vector engine works out every product in software.
   */
  static Stream<Matmul> fastMatmuls() {
    return matmuls().filter(engine -> !isSlow(engine));
  }

  /** Whether it is the vector engine where the library would not choose it. */
  static boolean isSlow(Matmul engine) {
    return engine.name().startsWith("vector") && Matmul.Engine.obstacle() != null;
  }
}
