using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// How a tile of a convolution over planes fills its vectors with so many channels: the pixels of a channel are neighbours in a vector where there are fewer channels than it has elements.
/// A vector of pixels is multiplied with two vectors of weights.
/// </summary>
internal unsafe interface IPlanarPixels
{
    /// <summary>The channels that a tile computes.</summary>
    static abstract int Channels { get; }

    /// <summary>The pixels of a vector; those of a tile are a multiple of this.</summary>
    static abstract int PixelsTogether { get; }

    /// <summary>The pixels from <paramref name="x"/>, each as often as a vector has channels.</summary>
    static abstract Vector512<float> Pixels(float* x);

    /// <summary>The first vector of weights, or of anything else that has a value per channel.</summary>
    /// <param name="w">The first of the values of eight channels.</param>
    /// <param name="block">The distance to those of the next eight.</param>
    static abstract Vector512<float> First(float* w, nint block);

    /// <summary>The second vector of weights.</summary>
    /// <param name="w">The first of the values of eight channels.</param>
    /// <param name="block">The distance to those of the next eight.</param>
    static abstract Vector512<float> Second(float* w, nint block);

    /// <summary>Stores all channels of <see cref="PixelsTogether"/> pixels.</summary>
    /// <param name="first">Their sums with the first vector of weights.</param>
    /// <param name="second">With the second.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    /// <param name="y">Receives the first channel of the first pixel.</param>
    /// <param name="stride">The elements from a pixel of the result to the next.</param>
    static abstract void Store(Vector512<float> first, Vector512<float> second, Vector512<float> low, Vector512<float> high, float* y, nint stride);
}
