using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Copies an image between zero borders.</summary>
internal static unsafe class ZeroBorder
{
    /// <summary>Copies the part of an image that fits into a larger or smaller one, and clears the rest of that.</summary>
    /// <param name="x">The image, [inH, inW, channels].</param>
    /// <param name="y">The result, [height, width, channels].</param>
    /// <param name="inH">The height of the image.</param>
    /// <param name="inW">The width of the image.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="height">The height of the result.</param>
    /// <param name="width">The width of the result.</param>
    /// <param name="padTop">The zero rows above.</param>
    /// <param name="padLeft">The zero columns at the left.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy(float* x, float* y, int inH, int inW, int channels, int height, int width, int padTop, int padLeft)
    {
        var copy = new Copied { X = x, Y = y, InH = inH, InW = inW, Channels = channels, Height = height, Width = width, PadTop = padTop, PadLeft = padLeft };
        long work = 2L * height * width * channels * sizeof(float);
        if (ThreadTeam.For(work) is { } team)
        {
            copy.Chunks = team.Chunks(work, height);
            team.Run(&Chunk, &copy, copy.Chunks, work);
        }
        else
        {
            Rows(&copy, 0, height);
        }
    }

    private static void Chunk(void* context, int chunk, int thread)
    {
        var copy = (Copied*)context;
        (int first, int end) = ChunkGrid.Range(chunk, copy->Chunks, copy->Height);
        Rows(copy, first, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(Copied* copy, int firstRow, int endRow)
    {
        nint channels = copy->Channels;
        int left = Math.Min(copy->PadLeft, copy->Width);
        int copied = Math.Min(copy->InW, copy->Width - left);
        nint leftElements = left * channels;
        nint copiedElements = copied * channels;
        nint rightElements = (copy->Width - left - copied) * channels;
        float* y = copy->Y + (firstRow * copy->Width * channels);
        for (int row = firstRow; row < endRow; row++)
        {
            int source = row - copy->PadTop;
            if ((uint)source >= (uint)copy->InH)
            {
                Clear(y, copy->Width * channels);
                y += copy->Width * channels;
                continue;
            }

            Clear(y, leftElements);
            y += leftElements;
            float* line = copy->X + (source * copy->InW * channels);
            Buffer.MemoryCopy(line, y, copiedElements * sizeof(float), copiedElements * sizeof(float));
            y += copiedElements;
            Clear(y, rightElements);
            y += rightElements;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(float* y, nint count) => new Span<float>(y, (int)count).Clear();

    /// <summary>The arguments of a copy, for the threads that share it.</summary>
    private struct Copied
    {
        public float* X;
        public float* Y;
        public int InH;
        public int InW;
        public int Channels;
        public int Height;
        public int Width;
        public int PadTop;
        public int PadLeft;
        public int Chunks;
    }
}
