namespace ModelBuild.Runtime.Tests.Kernels.Images.Jpeg2000;

/// <summary>Writes what a reader needs to know whether leaves of a tag tree are below a value (T.800 B.10.2).</summary>
internal sealed class Jp2TagTreeWriter
{
    private readonly List<(int Width, int[] Values, int[] Low, bool[] IsKnown)> _levels = [];

    public Jp2TagTreeWriter(int[] leaves, int width)
    {
        while (true)
        {
            _levels.Add((width, leaves, new int[leaves.Length], new bool[leaves.Length]));
            if (leaves.Length == 1)
            {
                return;
            }

            (int w, int[] below) = (width, leaves);
            width = (w + 1) / 2;
            leaves = [.. Enumerable.Repeat(int.MaxValue, width * (((below.Length / w) + 1) / 2))];
            for (int i = 0; i < below.Length; i++)
            {
                ref int parent = ref leaves[(i / w / 2 * width) + (i % w / 2)];
                parent = Math.Min(parent, below[i]);
            }
        }
    }

    public void Write(Jp2BitWriter bits, int x, int y, int value)
    {
        int low = 0;
        for (int level = _levels.Count - 1; level >= 0; level--)
        {
            (int width, int[] values, int[] lows, bool[] known) = _levels[level];
            int at = ((y >> level) * width) + (x >> level);
            low = Math.Max(low, lows[at]);
            while (low < value && !known[at])
            {
                known[at] = values[at] == low;
                bits.Write(known[at] ? 1 : 0, 1);
                low += known[at] ? 0 : 1;
            }

            lows[at] = low;
        }
    }
}
