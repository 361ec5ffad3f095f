using System.Security.Cryptography;
using System.Text;
using ModelBuild.Compiler;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Tasks;

/// <summary>
/// Decides by content whether a stage has to run again: a file beside its output holds the hash of everything that shaped it.
/// It is written after the output, so that an interrupted stage is stale.
/// </summary>
internal sealed class StageKey
{
    private readonly string _path;
    private readonly string[] _outputs;
    private readonly string _key;

    /// <summary>The key of a stage.</summary>
    /// <param name="outputs">Files that the stage makes; the first one names the key file.</param>
    /// <param name="files">Files that it reads; null entries are passed over.</param>
    /// <param name="options">Text of the options that matter to it.</param>
    public StageKey(string[] outputs, IEnumerable<string?> files, params IEnumerable<string?> options)
    {
        _outputs = outputs;
        _path = outputs[0] + ".key";
        StringBuilder text = new();
        text.Append(typeof(Stages).Module.ModuleVersionId).Append('\n');
        foreach (string? file in files)
        {
            text.Append(file is null ? "-" : Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))).Append('\n');
        }

        text.AppendJoin('\n', options);
        _key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>True when the outputs were made from the same inputs.</summary>
    public bool IsCurrent => _outputs.All(File.Exists) && File.Exists(_path) && File.ReadAllText(_path) == _key;

    /// <summary>Forgets the outputs before they are made again.</summary>
    public void Invalidate() => File.Delete(_path);

    /// <summary>Records that the outputs are made.</summary>
    public void Complete() => AtomicFile.WriteText(_path, _key);
}
