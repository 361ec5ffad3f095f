using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>One scale and one shift per channel: BatchNormalization 15 at inference, with scale and shift folded when the plan is made.</summary>
public static unsafe class BatchNorm
{
    /// <summary>y = x * scale + shift where the channels are innermost.</summary>
    /// <param name="x">The operand [rows, channels].</param>
    /// <param name="scale">[channels].</param>
    /// <param name="shift">[channels].</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="rows">The elements per channel, over all images.</param>
    /// <param name="channels">The channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NhwcF32(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> y, int rows, int channels)
    {
        Throw.IfShorter(x.Length, (long)rows * channels, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * channels, nameof(y));
        Throw.IfShorter(scale.Length, channels, nameof(scale));
        Throw.IfShorter(shift.Length, channels, nameof(shift));
        fixed (float* px = x)
        fixed (float* py = y)
        fixed (float* ps = scale)
        fixed (float* pb = shift)
        {
            var shared = new Rows(px, ps, pb, py, channels);
            long work = 2L * rows * channels * sizeof(float);
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, shared, rows, 1, work);
            }
            else
            {
                shared.Run(0, rows);
            }
        }
    }

    /// <summary>y = x * scale + shift where the positions are innermost.</summary>
    /// <param name="x">The operand [batch, channels, spatial].</param>
    /// <param name="scale">[channels].</param>
    /// <param name="shift">[channels].</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="spatial">The positions of a channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NchwF32(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> y, int batch, int channels, int spatial)
    {
        Throw.IfShorter(x.Length, (long)batch * channels * spatial, nameof(x));
        Throw.IfShorter(y.Length, (long)batch * channels * spatial, nameof(y));
        Throw.IfShorter(scale.Length, channels, nameof(scale));
        Throw.IfShorter(shift.Length, channels, nameof(shift));
        fixed (float* px = x)
        fixed (float* py = y)
        {
            nint offset = 0;
            for (int n = 0; n < batch; n++)
            {
                for (int c = 0; c < channels; c++, offset += spatial)
                {
                    Normalize.Apply(px + offset, py + offset, spatial, scale[c], shift[c]);
                }
            }
        }
    }

    private readonly struct Rows(float* x, float* scale, float* shift, float* y, int channels) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            for (nint r = first; r < end; r++)
            {
                MultiplyAdd.Run(x + (r * channels), scale, shift, y + (r * channels), channels);
            }
        }
    }
}
