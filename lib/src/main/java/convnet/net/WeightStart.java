package convnet.net;

/**
 * How far the first weights of a layer spread (book, section 6.2): the standard deviation of their
 * normal distribution, from the number of inputs that each neuron or filter sees.
 */
public interface WeightStart {
  /** {@code sqrt(1 / inputs)}, made for tanh and sigmoid (Glorot and Bengio 2010, as the book). */
  WeightStart XAVIER = inputs -> Math.sqrt(1.0 / inputs);

  /** {@code sqrt(2 / inputs)}, made for ReLU (He et al. 2015). */
  WeightStart HE = inputs -> Math.sqrt(2.0 / inputs);

  /** The standard deviation for so many inputs; chapter 7 has the same for all. */
  double std(int inputs);
}
