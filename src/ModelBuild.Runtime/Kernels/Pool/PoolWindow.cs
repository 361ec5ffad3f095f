namespace ModelBuild.Kernels;

/// <summary>The elements of one window along one axis that lie inside of the input.</summary>
internal readonly struct PoolWindow
{
    /// <summary>Clips the window at output position <paramref name="index"/>.</summary>
    internal PoolWindow(int index, int kernel, int stride, int padBefore, int dilation, int length)
    {
        int first = (index * stride) - padBefore;

        // Divisions cost more than the rest of a small window.
        int skipped = first >= 0 ? 0 : dilation == 1 ? -first : (-first + dilation - 1) / dilation;
        int end = first >= length ? 0 : dilation == 1 ? length - first : ((length - 1 - first) / dilation) + 1;
        int last = Math.Min(kernel, end);
        Count = Math.Max(0, last - skipped);
        Start = Count == 0 ? 0 : first + (skipped * dilation);
    }

    /// <summary>The position of the first element that is inside.</summary>
    internal int Start { get; }

    /// <summary>The number of elements that are inside.</summary>
    internal int Count { get; }

    /// <summary>The number of elements of a window that lie inside of the padded input: what count_include_pad divides by.</summary>
    internal static int PaddedCount(int index, int kernel, int stride, int padBefore, int padAfter, int dilation, int length) =>
        new PoolWindow(index, kernel, stride, 0, dilation, length + padBefore + padAfter).Count;
}
