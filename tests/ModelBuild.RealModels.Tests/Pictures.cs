namespace ModelBuild.RealModels.Tests;

/// <summary>Labelled pictures and the form in which a model takes them.</summary>
internal enum Pictures
{
    /// <summary>None.</summary>
    None,

    /// <summary>The 10,000 MNIST test images, 0 to 255.</summary>
    Mnist255,

    /// <summary>The same, 0 to 1.</summary>
    Mnist1,

    /// <summary>The same, 0 to 1, less the training set's mean and divided by its deviation (0.1307 and 0.3081).</summary>
    MnistNormalized,

    /// <summary>2,000 CIFAR-10 test pictures, height x width x RGB, 0 to 255.</summary>
    Cifar255,
}
