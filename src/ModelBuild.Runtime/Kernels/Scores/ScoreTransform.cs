namespace ModelBuild.Kernels;

/// <summary>What is done with the scores of a row last (ONNX ai.onnx.ml, post_transform).</summary>
public enum ScoreTransform
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Exponentials over their sum.</summary>
    Softmax,

    /// <summary>1 / (1 + exp(-s)) of each.</summary>
    Logistic,

    /// <summary>As <see cref="Softmax"/>, but scores of 0 stay 0.</summary>
    SoftmaxZero,

    /// <summary>Quantile of the normal distribution of each, by Winitzki's approximation.</summary>
    Probit,
}
